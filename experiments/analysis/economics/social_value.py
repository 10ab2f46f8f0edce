"""Puts the three ledgers of a comparison into present values per replication: cost, gain, and what is left for society."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from experiments.analysis.economics.discounting import present_value
from experiments.analysis.economics.ledgers import FIFTHS, HOUSEHOLDS, TO_HOUSEHOLDS, Account, Book, resource_cost
from experiments.analysis.economics.valuation import Valuation
from experiments.analysis.statistics.outcomes import MONTHS_A_YEAR

Floats = NDArray[np.float64]
POUNDS = 0.01


@dataclass(frozen=True)
class Ledgers:
    """Present values of every arm and replication over the first years, per resident at the policy date.

    Attributes:
        book: what was recorded.
        values: what it is worth.
        years: how many years are added up.
    """

    book: Book
    values: Valuation
    years: int

    @cached_property
    def factors(self) -> Floats:
        """Worth today of a pound in each year."""
        return self.values.schedule(self.values.discount).factors(self.years, self.values.first_year)

    @cached_property
    def lives_factors(self) -> Floats:
        """Worth today of a year of life or wellbeing in each year."""
        return self.values.schedule(self.values.lives_discount).factors(self.years, self.values.first_year)

    def money(self, pence: NDArray[np.generic]) -> Floats:
        """Pounds per resident from pence by year; (arms, replications)."""
        pounds = present_value(pence[..., : self.years], self.factors) * POUNDS
        return np.asarray(pounds / self.book.residents)

    def amount(self, yearly: Floats) -> Floats:
        """Units per resident of something that is not money; (arms, replications)."""
        return np.asarray(present_value(yearly[..., : self.years], self.lives_factors) / self.book.residents)

    @cached_property
    def public_cost(self) -> Floats:
        """Cash that public bodies paid out."""
        return self.money(self.book.public())

    @cached_property
    def cash_kept(self) -> Floats:
        """Cash that public bodies received and have not paid out; nothing where their income was not recorded."""
        names = [name for name in self.book.measures if name.startswith("envelope.")]
        income = np.asarray(sum(self.book.total(name) for name in names))
        return self.money(income) - self.public_cost if names else np.zeros_like(self.public_cost)

    @cached_property
    def resource_cost(self) -> Floats:
        """What society used up."""
        return self.money(resource_cost(self.book))

    def account(self, name: Account) -> Floats:
        """One account, whoever paid."""
        return self.money(self.book.pence(accounts=[name]))

    @cached_property
    def households(self) -> Floats:
        """What households gave in unpaid care, charges and lost pay, less what they received in benefits and redundancy pay."""
        given = self.book.pence(agency=HOUSEHOLDS)
        return self.money(given - self.book.pence(lambda line: line.account in TO_HOUSEHOLDS))

    def wellbys(self, group: str = "") -> Floats:
        """Points of life satisfaction above the neutral one, times years lived, by year; (arms, replications, years)."""
        of = f"@{group}" if group else ""
        neutral = self.values.neutral_life_satisfaction.value
        points = self.book.total(f"life_satisfaction_total{of}") - neutral * self.book.total(f"citizens{of}")
        return np.asarray(points / MONTHS_A_YEAR)

    def effect_by_year(self, group: str = "") -> Floats:
        """What counts as the gain, by year."""
        if self.values.effect == "wellby":
            return self.wellbys(group)
        return self.book.total("qalys" + (f"@{group}" if group else ""))

    @cached_property
    def effect(self) -> Floats:
        """Units of what counts as the gain, per resident."""
        return self.amount(self.effect_by_year())

    @cached_property
    def effect_value(self) -> Floats:
        """What the gain is worth in pounds per resident."""
        return self.per_effect_gain(self.effect)

    def per_effect_gain(self, gain: Floats) -> Floats:
        """What some units of the gain are worth in pounds."""
        return np.asarray(gain * self.values.per_effect)

    @cached_property
    def carbon(self) -> Floats:
        """Cost of carbon emitted, pounds per resident, at the rate for money."""
        tonnes = present_value(self.book.total("carbon_tonnes")[..., : self.years], self.factors)
        return np.asarray(tonnes * self.values.worth("carbon") / self.book.residents)

    @cached_property
    def outside_worth(self) -> Floats:
        """What services outside the model are worth: nobody knows from the runs, so a share of their cost is assumed."""
        return self.account("outside") * self.values.outside_services.value

    @cached_property
    def social_cost(self) -> Floats:
        """What society gave up: resources used up and carbon, less what services outside the model are worth."""
        return self.resource_cost + self.carbon - self.outside_worth

    @cached_property
    def social_value(self) -> Floats:
        """What is left for society: worth of the gain, less what society gave up for it."""
        return self.effect_value - self.social_cost

    def has_fifths(self) -> bool:
        """Whether people were recorded by deprivation fifth."""
        effect = "life_satisfaction_total" if self.values.effect == "wellby" else "qalys"
        needed = ("citizens", effect, "informal_care_hours")
        return all(f"{name}@{fifth}" in self.book.measures for name in needed for fifth in FIFTHS)

    def weighted_social_value(self, elasticity: float) -> Floats:
        """The same with gains and unpaid care of poorer fifths counting for more; money and lost pay count plainly.

        This is a preference for equity. A pound is worth more to the poor, which is what the Green Book's weights are for; a
        year of wellbeing or health is worth as much to anybody, so of gains the weights say only whose ought to count more.
        Nobody knows from the runs who pays the public's money, so it carries a weight of 1 whoever it comes from.
        """
        hours = self.book.total("informal_care_hours")
        unpaid = self.book.pence(accounts=["unpaid_care"]) * 1.0
        rate = np.divide(unpaid, hours, out=np.zeros_like(unpaid), where=hours > 0)
        found = self.social_value.copy()
        for fifth, weight in zip(FIFTHS, self.values.weights(elasticity), strict=True):
            gain = self.per_effect_gain(self.amount(self.effect_by_year(fifth)))
            care = self.money(self.book.total(f"informal_care_hours@{fifth}") * rate)
            found += (weight - 1) * (gain - care)
        return np.asarray(found)


def living_longer(ledgers: Ledgers, first: int, second: int) -> tuple[Floats, Floats]:
    """Splits the difference in wellbeing into more people living and people living better; the two add up exactly.

    More people living counts at the two arms' mean satisfaction, living better at their mean number of people.
    """
    people = ledgers.book.total("citizens") / MONTHS_A_YEAR
    points = ledgers.wellbys()
    level = np.divide(points, people, out=np.zeros_like(points), where=people > 0)
    longer = (people[first] - people[second]) * (level[first] + level[second]) / 2
    better = (level[first] - level[second]) * (people[first] + people[second]) / 2
    return ledgers.amount(longer), ledgers.amount(better)
