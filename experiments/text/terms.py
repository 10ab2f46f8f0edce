"""What the words of a comparison mean, for somebody who meets them for the first time."""

TERMS = {
    "Arm": "One of the policies that are compared: the same place lived through under that policy.",
    "Cash kept": "Money that public bodies were given and have not spent by the end. It is not saved: they may still spend it.",
    "Chance, or luck": "What would come out otherwise if the same place were lived through again with other luck.",
    "Crisis": "A need so bad that it cannot wait: homeless, in hospital in an emergency, a child taken into care, "
    "at serious risk.",
    "Established need": "A need that has set in and does not go away by itself, a crisis included. The model has four levels: "
    "none, emerging, established, crisis.",
    "Core service": "A service for people with an established need, such as home care or a social worker. Before it comes "
    "prevention, after it acute care such as a hospital.",
    "Failure demand": "Asking again because the first answer did not help.",
    "Freer management": "What staff do better or worse where nobody sets them targets or inspects them, and they have support: "
    "hours, effort, morale, attention to root causes. Nobody has measured it: six numbers of the model are a judgement.",
    "Net present social value": "What society gains, less what that uses up, added up over the years in pounds: what comes later "
    "counts for less.",
    "Quality-adjusted life": "Years of life, counted less where health is worse: a year in full health counts as one.",
    "Services outside the model": "What public bodies buy that the model does not follow person by person, such as roads, "
    "libraries, most of hospitals and schools. Only their money is counted.",
    "Shapley": "A way to share what several make together, called after its author: each gets what it adds, averaged over every "
    "order in which they could come.",
    "The cut alone": "The same cut, and no plan for it.",
    "Society": "Everybody together: public money, families' time, services outside the model, carbon, and how people rate "
    "their lives, in pounds.",
    "VRF": "Variance-reduction factor: how many times as many runs it would take to be as sure if both sides did not have the "
    "same luck.",
    "WELLBY": "One point of life satisfaction, on a scale of 0 to 10, for one person for one year. The Treasury puts a "
    "price on it.",
}
"""Words as they stand on the screen and the page, in the order of the alphabet, but that core follows need."""
