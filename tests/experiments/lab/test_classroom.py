"""A class: who may do what when, what nobody can guess, and that nothing in it says who somebody is."""

import dataclasses
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from experiments.errors import ConfigurationError
from experiments.lab.classroom import codes, session
from experiments.lab.classroom.phases import LIMIT, NEXT, Phase, Question, Seat, Sight
from experiments.lab.classroom.roles import DEMANDS, HOUSEHOLD, PAYERS, ROLES
from experiments.lab.classroom.rooms import MOST_CLASSES, Rooms
from experiments.lab.classroom.session import HOURS, MOST_PUPILS, ClassSession
from experiments.lab.state import State

QUESTION = Question(State(), "crises")
MARKUP = "<script>alert(1)</script>"
HOSTILE = {
    "nothing": "",
    "a code without end": "C" * 10_000,
    "markup": MARKUP,
    "another script": "СССССС",
    "half a letter": "\udcff" * 6,
    "a nought": "\x00" * 6,
    "a path": "../../etc/passwd",
    "letters that grow when made large": "ß" * 3,
}


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def rooms(clock):
    return Rooms(clock)


@pytest.fixture
def room(rooms):
    return rooms.open(QUESTION)


@pytest.fixture
def key(room):
    return room.key_for_the_teacher()


def bargain(room, key, count):
    """A class of so many that bargains: the tokens of its seats by role."""
    tokens = [room.join() for _ in range(count)]
    room.go(key, Phase.BARGAIN)
    return {role: [t for t in tokens if room.seat(t).role == role] for role in ROLES}


# -- codes and keys ------------------------------------------------------------------------------------------------------


def test_a_code_holds_no_letters_that_look_alike():
    found = {codes.new_code() for _ in range(200)}
    assert len(found) == 200
    for code in found:
        assert re.fullmatch(r"[A-Z0-9]{6}", code)
        assert not set(code) & set("0O1IL2Z5S8BUVAE")


def test_a_code_is_found_however_it_is_typed(rooms, room):
    half = f" {room.code[:3].lower()}-{room.code[3:].lower()} "
    assert rooms.find(room.code, "v") is rooms.find(half, "v") is rooms.find(codes.shown(room.code), "v") is room


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_code_finds_no_class_and_is_not_repeated(rooms, room, typed):
    with pytest.raises(ConfigurationError) as refused:
        rooms.find(typed, "v")
    assert refused.value.message().strip().endswith("No class has this code. Look at the screen and type it again.")


@pytest.mark.parametrize("word", HOSTILE.values(), ids=HOSTILE)
def test_nobody_leads_a_class_or_sits_in_it_with_another_word(rooms, room, word):
    token = room.join()
    for given in (word, room.code, token.swapcase()):
        assert rooms.hosted(given) is None
        assert rooms.seated(given) is None
    assert rooms.hosted(token) is None
    assert rooms.seated(room.key_for_the_teacher()) is None
    assert rooms.hosted(room.key_for_the_teacher()) is rooms.seated(token) is room


def test_whoever_guesses_has_to_wait_and_the_right_code_does_not_help_then(rooms, room, clock):
    for _ in range(codes.WRONG_EACH):
        with pytest.raises(ConfigurationError, match="No class has this code"):
            rooms.find("CCCCCC", "guesser")
    for typed in ("CCCCCC", room.code):
        with pytest.raises(ConfigurationError, match=r"Too many wrong codes\. Wait 60 seconds"):
            rooms.find(typed, "guesser")
    assert rooms.find(room.code, "somebody else") is room
    clock.now += 59
    with pytest.raises(ConfigurationError, match="Wait 1 seconds"):
        rooms.find(room.code, "guesser")
    clock.now += 1
    assert rooms.find(room.code, "guesser") is room


def test_a_guesser_who_comes_as_somebody_new_each_time_is_stopped_too(rooms, room, clock):
    for k in range(codes.WRONG_ALL):
        with pytest.raises(ConfigurationError, match="No class"):
            rooms.find("CCCCCC", f"guesser {k}")
    with pytest.raises(ConfigurationError, match="Too many wrong codes"):
        rooms.find(room.code, "anybody")
    clock.now += codes.MINUTE
    assert rooms.find(room.code, "anybody") is room


def test_all_that_can_be_tried_while_a_class_lasts_finds_a_code_less_than_once_in_a_thousand_classes():
    tries = codes.WRONG_ALL * 60 * HOURS * MOST_CLASSES
    assert tries / len(codes.LETTERS) ** codes.LENGTH < 0.005
    assert tries / MOST_CLASSES / len(codes.LETTERS) ** codes.LENGTH < 0.001


# -- limits --------------------------------------------------------------------------------------------------------------


def test_a_full_class_takes_nobody_else(room):
    tokens = {room.join() for _ in range(MOST_PUPILS)}
    assert len(tokens) == MOST_PUPILS
    with pytest.raises(ConfigurationError, match="full: 60"):
        room.join()
    assert room.sight().joined == MOST_PUPILS


def test_of_all_who_come_at_once_no_more_sit_than_there_are_seats(room):
    def come(_):
        try:
            return room.join()
        except ConfigurationError:
            return None

    with ThreadPoolExecutor(8) as many:
        tokens = list(many.map(come, range(100)))
    assert len(set(tokens) - {None}) == room.sight().joined == MOST_PUPILS


def test_a_lab_holds_so_many_classes_and_forgets_those_that_ended(rooms, clock):
    keys = [rooms.open(QUESTION).key_for_the_teacher() for _ in range(MOST_CLASSES)]
    with pytest.raises(ConfigurationError, match="8 classes are open"):
        rooms.open(QUESTION)
    ended = rooms.hosted(keys[0])
    ended.end(keys[0])
    assert rooms.hosted(keys[0]) is None
    rooms.open(QUESTION)
    assert rooms.any
    clock.now += HOURS * 3600
    assert not rooms.any


def test_a_class_ends_by_itself_and_nothing_can_be_done_in_it_then(rooms, room, key, clock):
    token = room.join()
    clock.now += HOURS * 3600 - 1
    room.predict(token, 5)
    clock.now += 1
    for what in (
        room.join,
        lambda: room.predict(token, 5),
        lambda: room.go(key, Phase.CLOSED),
        lambda: rooms.find(room.code, "v"),
    ):
        with pytest.raises(ConfigurationError, match=r"has ended|No class"):
            what()
    assert rooms.seated(token) is rooms.hosted(key) is None


def test_a_class_that_was_ended_holds_nothing_any_more(room, key):
    token = room.join()
    room.predict(token, 5)
    room.end(key)
    assert room.is_over
    assert not room.holds(token)
    assert room.sight().joined == room.sight().predicted == 0


def test_a_door_that_is_shut_lets_nobody_in_and_those_inside_stay(room, key):
    token = room.join()
    room.let_in(key, False)
    with pytest.raises(ConfigurationError, match="lets nobody else in"):
        room.join()
    room.predict(token, 3)
    room.let_in(key, True)
    room.join()


# -- who may do what -----------------------------------------------------------------------------------------------------


def test_a_pupil_can_neither_close_nor_reveal_nor_end_nor_ask(room):
    token = room.join()
    for word in (token, room.code, "", "x" * 10_000, "\udcff"):
        for what in (
            lambda word=word: room.go(word, Phase.CLOSED),
            lambda word=word: room.go(word, Phase.REVEALED),
            lambda word=word: room.go(word, Phase.BARGAIN),
            lambda word=word: room.ask(word, QUESTION),
            lambda word=word: room.let_in(word, False),
            lambda word=word: room.end(word),
        ):
            with pytest.raises(ConfigurationError, match="Only the teacher"):
                what()
    assert room.sight().phase is Phase.PREDICT
    assert room.doors_open


@pytest.mark.parametrize("start", Phase)
@pytest.mark.parametrize("end", Phase)
def test_a_class_goes_on_only_to_what_comes_next(room, key, start, end):
    room._seats["t"] = Seat("nhs", offer=10)
    room._phase = start
    allowed = end in NEXT[start]
    if end is Phase.PREDICT:
        act = lambda: room.ask(key, QUESTION)  # noqa: E731
    else:
        act = lambda: room.go(key, end)  # noqa: E731
    if allowed:
        act()
        assert room.sight().phase is end
    else:
        with pytest.raises(ConfigurationError, match=r"A class goes from|still open"):
            act()
        assert room.sight().phase is start


def test_predictions_are_asked_for_by_asking_a_question(room, key):
    room.go(key, Phase.CLOSED)
    room.go(key, Phase.REVEALED)
    with pytest.raises(ConfigurationError):
        room.go(key, Phase.PREDICT)


# -- predictions ---------------------------------------------------------------------------------------------------------


def test_a_pupil_has_one_prediction_the_last_one_and_none_after_the_close(room, key):
    first, second = room.join(), room.join()
    for value in (-LIMIT, 0, LIMIT, 12):
        room.predict(first, value)
    room.predict(second, -7)
    assert room.sight().predicted == 2
    room.go(key, Phase.CLOSED)
    assert room.sight().predictions == (-7, 12)
    with pytest.raises(ConfigurationError, match="closed"):
        room.predict(first, 80)
    assert room.sight().predictions == (-7, 12)


@pytest.mark.parametrize("value", [LIMIT + 1, -LIMIT - 1, 10**400, 0.5, float("nan"), True, None, "5", MARKUP, [1]])
def test_what_is_no_prediction_is_refused_and_the_one_before_stays(room, value):
    token = room.join()
    room.predict(token, 5)
    with pytest.raises(ConfigurationError, match="A whole number from -80 to 80") as refused:
        room.predict(token, value)
    assert len(refused.value.message()) < 100
    assert room.seat(token).prediction == 5


def test_before_the_close_nobody_sees_any_prediction(room, key):
    for value in (1, 2, 3):
        room.predict(room.join(), value)
    seen = room.sight()
    assert (seen.joined, seen.predicted, seen.predictions) == (3, 3, ())


def test_the_order_of_predictions_does_not_tell_who_came_first(room, key):
    for value in (30, -10, 20):
        room.predict(room.join(), value)
    room.go(key, Phase.CLOSED)
    assert room.sight().predictions == (-10, 20, 30)


def test_a_new_question_forgets_what_was_predicted_and_keeps_the_seats(room, key):
    token = room.join()
    room.predict(token, 9)
    with pytest.raises(ConfigurationError, match="still open"):
        room.ask(key, QUESTION)
    room.go(key, Phase.CLOSED)
    room.go(key, Phase.REVEALED)
    other = Question(State(seed=2), "refused")
    room.ask(key, other)
    seen = room.sight()
    assert (seen.phase, seen.question, seen.joined, seen.predicted, seen.round) == (Phase.PREDICT, other, 1, 0, 2)
    assert room.seat(token).prediction is None


def test_a_strangers_token_predicts_nothing(room, rooms):
    other = rooms.open(QUESTION)
    token = other.join()
    for given in (token, "", MARKUP, "x" * 10_000):
        with pytest.raises(ConfigurationError, match="no seat"):
            room.predict(given, 5)


# -- the bargain ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 4, 7, 30, MOST_PUPILS])
def test_roles_are_dealt_evenly(room, count):
    for _ in range(count):
        room.join()
    seats = room.sight().seats
    assert sum(seats.values()) == count
    assert max(seats.values()) - min(seats.values()) <= 1


def test_each_role_says_only_what_is_its_own_to_say(room, key):
    found = bargain(room, key, 4)
    for role in PAYERS:
        with pytest.raises(ConfigurationError, match="Only households"):
            room.demand(found[role][0], "crises")
        room.offer(found[role][0], 40)
    with pytest.raises(ConfigurationError, match="no money"):
        room.offer(found[HOUSEHOLD][0], 40)
    room.demand(found[HOUSEHOLD][0], "refused")
    assert room.sight().offered == dict.fromkeys(ROLES, 1)


@pytest.mark.parametrize("value", [-1, 101, 2.0, True, None, MARKUP])
def test_what_is_no_offer_is_refused(room, key, value):
    (token, *_) = bargain(room, key, 4)["nhs"]
    with pytest.raises(ConfigurationError, match="from 0 to 100"):
        room.offer(token, value)
    assert room.seat(token).offer is None


@pytest.mark.parametrize("wanted", ["", MARKUP, "x" * 10_000, "public_spend", None])
def test_what_cannot_be_asked_for_is_refused_briefly(room, key, wanted):
    (token, *_) = bargain(room, key, 4)[HOUSEHOLD]
    with pytest.raises(ConfigurationError, match="cannot be asked for") as refused:
        room.demand(token, wanted)
    assert MARKUP not in refused.value.message()
    assert len(refused.value.message()) < 300


def test_offers_are_hidden_until_they_are_closed_and_then_without_whose_they_are(room, key):
    found = bargain(room, key, 12)
    for k, token in enumerate(found["nhs"]):
        room.offer(token, 90 - 10 * k)
    for token in found[HOUSEHOLD]:
        room.demand(token, "crises")
    assert not room.sight().offers.offers
    assert not room.sight().offers.demands
    room.go(key, Phase.OFFERED)
    seen = room.sight()
    assert seen.offers.offers == {"nhs": (70, 80, 90), "council": (), "police": ()}
    assert seen.offers.demands == dict.fromkeys(DEMANDS, 0) | {"crises": 3}
    with pytest.raises(ConfigurationError, match="closed"):
        room.offer(found["nhs"][0], 1)


def test_what_is_agreed_is_what_the_least_willing_role_offers(room, key):
    found = bargain(room, key, 4)
    for role, value in zip(PAYERS, (80, 30, 50), strict=True):
        room.offer(found[role][0], value)
    room.go(key, Phase.OFFERED)
    assert room.sight().agreed is None
    room.go(key, Phase.AGREED)
    assert room.sight().agreed == 0.3
    room.go(key, Phase.BARGAIN)  # another round: what was said stays until it is changed
    assert room.sight().agreed is None
    assert room.seat(found["nhs"][0]).offer == 80
    room.offer(found["council"][0], 60)
    room.go(key, Phase.OFFERED)
    room.go(key, Phase.AGREED)
    assert room.sight().agreed == 0.5


def test_where_nobody_offers_there_is_nothing_to_agree_to(room, key):
    found = bargain(room, key, 4)
    room.demand(found[HOUSEHOLD][0], "crises")
    room.go(key, Phase.OFFERED)
    with pytest.raises(ConfigurationError, match="Nobody with a budget"):
        room.go(key, Phase.AGREED)
    assert room.sight().phase is Phase.OFFERED


# -- nobody by name ------------------------------------------------------------------------------------------------------


def test_a_seat_holds_a_role_and_three_answers_and_nothing_that_somebody_wrote():
    assert [f.name for f in dataclasses.fields(Seat)] == ["role", "prediction", "offer", "demand"]
    assert {f.name for f in dataclasses.fields(Sight)} == {
        "phase", "question", "round", "joined", "predicted", "offered", "seats", "predictions", "offers", "agreed",
    }  # fmt: skip


def test_a_copy_of_a_seat_changes_nothing(room):
    token = room.join()
    room.seat(token).prediction = 77
    assert room.seat(token).prediction is None


def test_nothing_is_written_down(room, key, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    opened = []
    monkeypatch.setattr("builtins.open", lambda *a, **k: opened.append(a))
    found = bargain(room, key, 8)
    room.offer(found["nhs"][0], 10)
    room.go(key, Phase.OFFERED)
    room.end(key)
    assert opened == []
    assert list(tmp_path.iterdir()) == []


def test_two_classes_do_not_mix(rooms):
    one, two = rooms.open(QUESTION), rooms.open(QUESTION)
    assert one.code != two.code
    token = one.join()
    assert two.sight().joined == 0
    with pytest.raises(ConfigurationError):
        two.seat(token)
    with pytest.raises(ConfigurationError):
        two.go(one.key_for_the_teacher(), Phase.CLOSED)


def test_predictions_that_come_at_once_are_all_counted(room, key):
    tokens = [room.join() for _ in range(40)]
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda k: room.predict(tokens[k], k), range(40)))
    room.go(key, Phase.CLOSED)
    assert room.sight().predictions == tuple(range(40))


def test_the_session_is_told_the_time_and_asks_no_other_clock(clock):
    assert ClassSession(QUESTION, clock).minutes_left == HOURS * 60
    assert session.HOURS == HOURS


def test_the_teachers_key_is_in_no_address_that_is_shared(monkeypatch):
    lab = pytest.importorskip("experiments.lab.session", reason="the lab needs Streamlit: pip install 'redesign[lab]'")
    monkeypatch.setenv("REDESIGN_LAB", '{"token": "token"}')
    visit = lab.Visit()
    visit.go({"page": "class", "host": "a key", "years": "2"})
    assert (visit.page, visit.host, visit.state.years, visit.trouble) == ("class", "a key", 2, "")
    assert "a key" not in str(lab.shared(visit.page, visit.state))
