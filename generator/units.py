"""Units: a measure's words, or the words behind a number in a text, in; the unit they mean out, with its exact factor.

A unit of length, area, mass, volume or time has a dimension and a factor, so that one can be converted into another.
Money has no factor, and neither has what is counted: people, families, homes and calls are never one another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number is a number of."""

    name: str
    """In the plural, as messages write it."""
    dimension: str = ""
    """`length`, `area`, `mass`, `volume`, `time`, `money` or `share`; empty for what is counted."""
    factor: Fraction | None = None
    """How many of the dimension's first unit it is; None where that is not exact."""
    within: str = ""
    """The wider unit: every soldier is one of the people."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit as it stands in a text."""

    unit: Unit
    text: str


# -- the table ------------------------------------------------------------------------------------------------------

# codespell:off - spellings in other languages
_MEASURED: dict[str, list[tuple[str, str | None, str]]] = {
    # dimension: name, factor, other spellings between commas
    "length": [
        ("metres", "1", "metre, meters, meter, m, metros, metro, mètres, mètre, متر, أمتار, метров, метра, метр, מטר"),
        (
            "kilometres",
            "1000",
            "kilometre, kilometers, kilometer, km, kms, kilómetros, kilómetro, kilomètres, kilomètre",
        ),
        (
            "kilometres",
            "1000",
            "quilômetros, quilómetros, chilometri, chilometro, kilometern, километров, километра, км",
        ),
        ("kilometres", "1000", "كيلومتر, كيلومترات, كيلومترا, كيلومتراً, كم, קילומטר, קילומטרים, ק״מ"),
        ("centimetres", "0.01", "centimetre, centimeters, centimeter, cm"),
        ("millimetres", "0.001", "millimetre, millimeters, millimeter, mm"),
        ("miles", "1609.344", "mile, mi, millas, milla, meilen, meile, milhas, miglia, ميل, أميال, миль, мили"),
        ("nautical miles", "1852", "nautical mile, nmi, sea miles, millas náuticas, milles marins"),
        ("yards", "0.9144", "yard, yd, yds"),
        ("feet", "0.3048", "foot, ft"),
        ("inches", "0.0254", "inch"),
    ],
    "area": [
        ("square metres", "1", "square metre, square meters, square meter, sq m, m²"),
        ("square kilometres", "1000000", "square kilometre, square kilometers, square kilometer, sq km, km², km2"),
        ("square kilometres", "1000000", "kilómetros cuadrados, kilomètres carrés, quadratkilometer, كيلومتر مربع"),
        ("square miles", "2589988.110336", "square mile, sq mi, sq mile, sq miles"),
        ("square feet", "0.09290304", "square foot, sq ft"),
        ("hectares", "10000", "hectare, ha, hectáreas, hektar"),
        ("acres", "4046.8564224", "acre"),
        ("dunams", "1000", "dunam, dunums, dunum, dönüm, دونم"),
    ],
    "mass": [
        ("kilograms", "1", "kilogram, kilogrammes, kilogramme, kilos, kilo, kg, kgs"),
        ("grams", "0.001", "gram, grammes, gramme, g"),
        ("tonnes", "1000", "tonne, metric tons, metric ton, t, toneladas, tonnen, طن, тонн"),
        ("short tons", "907.18474", "short ton, us tons, us ton"),
        ("long tons", "1016.0469088", "long ton"),
        ("tons", None, "ton"),  # short, long or metric: the word does not say
        ("pounds", "0.45359237", "pound, lb, lbs"),
        ("ounces", "0.028349523125", "ounce, oz"),
    ],
    "volume": [
        ("litres", "1", "litre, liters, liter"),
        ("cubic metres", "1000", "cubic metre, cubic meters, cubic meter, m³"),
        ("gallons", None, "gallon"),
        ("barrels", None, "barrel"),
    ],
    "time": [
        ("seconds", "1", "second, sec, secs, segundos, secondes, sekunden, ثانية, секунд"),
        ("minutes", "60", "minute, min, mins, minutos, minuten, minuti, دقيقة, دقائق, минут, דקות, dakika"),
        (
            "hours",
            "3600",
            "hour, hr, hrs, h, horas, hora, heures, heure, stunden, stunde, ساعة, ساعات, часов, часа, שעות",
        ),
        ("days", "86400", "day, días, día, jours, jour, tagen, tage, dias, giorni, يوم, أيام, дней, дня, ימים, gün"),
        ("weeks", "604800", "week, semanas, semana, semaines, semaine, wochen, woche, أسبوع, أسابيع, недель, недели"),
        ("months", None, "month, meses, mes, mois, monate, monaten, mesi, شهر, أشهر, месяцев, месяца, חודשים"),
        ("years", None, "year, años, año, ans, années, jahre, jahren, anos, anni, سنة, سنوات, лет, года, שנים, yıl"),
        ("decades", None, "decade, décadas, décennies"),
    ],
    "money": [
        ("dollars", None, "dollar, us dollars, us dollar, usd, dólares, dollari, دولار, долларов, דולר, dolar"),
        ("euros", None, "euro, eur, يورو, евро"),
        ("shekels", None, "shekel, nis, ils, sheqels, new shekels, شيكل, שקל, שקלים"),
        ("pounds sterling", None, "pound sterling, gbp"),
    ],
    "share": [
        ("per cent", None, "percent, pct, %, percentage, por ciento, pour cent, prozent, per cento, por cento"),
        ("per mille", None, "‰"),
        ("percentage points", None, "percentage point"),
    ],
}
_COUNTED: list[tuple[str, str, str]] = [
    # name, within, other spellings: what is the same count in other words
    ("people", "", "person, persons, individuals, individual, human beings, souls, inhabitants, inhabitant, residents"),
    ("people", "", "resident, citizens, citizen, civilians, civilian, locals, villagers, villager, townspeople"),
    (
        "people",
        "",
        "personas, persona, personnes, personne, menschen, personen, pessoas, persone, habitantes, habitants",
    ),
    ("people", "", "civiles, civils, شخص, أشخاص, مدني, مدنيين, человек, людей, жителей, איש, אנשים, תושבים, kişi"),
    ("soldiers", "people", "soldier, troops, servicemen, soldados, soldats, soldaten, جندي, солдат, חיילים, asker"),
    ("fighters", "people", "fighter, militants, militant, gunmen, combatants, combatant"),
    ("officers", "people", "officer"),
    ("officials", "people", "official"),
    ("ministers", "people", "minister"),
    ("workers", "people", "worker, employees, employee"),
    ("journalists", "people", "journalist, reporters, reporter"),
    ("women", "people", "woman, mujeres, femmes, frauen, نساء"),
    ("men", "people", "man, hombres, hommes, männer"),
    ("children", "people", "child, minors, minor, niños, enfants, kinder, طفل, أطفال, детей"),
    ("students", "people", "student, pupils, pupil"),
    ("patients", "people", "patient"),
    ("refugees", "people", "refugee, refugiados, réfugiés"),
    ("hostages", "people", "hostage, captives, captive"),
    ("prisoners", "people", "prisoner, detainees, detainee"),
    ("survivors", "people", "survivor"),
    ("deaths", "people", "death, dead, killed, fatalities, fatality, muertos, morts, قتيل, погибших, הרוגים"),
    ("wounded", "people", "injured, heridos, blessés, جريح, раненых, פצועים"),
    ("casualties", "people", "casualty"),
    ("families", "", "family, familias, familles, familien, عائلة, семей, משפחות"),
    ("households", "", "household, hogares, ménages, haushalte"),
    ("homes", "", "home, houses, house, dwellings, dwelling, casas, maisons, häuser, منزل"),
    ("buildings", "", "building, edificios, bâtiments, gebäude, مبنى"),
    ("apartments", "", "apartment, flats, flat"),
    ("schools", "", "school, escuelas, écoles, schulen"),
    ("hospitals", "", "hospital"),
    ("farms", "", "farm"),
    ("villages", "", "village, pueblos, aldeas, dörfer, قرية, قرى"),
    ("towns", "", "town"),
    ("cities", "", "city"),
    ("communities", "", "community, comunidades, communautés"),
    ("settlements", "", "settlement"),
    ("countries", "", "country, nations, nation"),
    ("calls", "", "call, phone calls, phone call, telephone calls, telephone call, llamadas, llamada, appels, anrufe"),
    ("meetings", "", "meeting, reuniones, réunions"),
    ("visits", "", "visit"),
    ("attacks", "", "attack, ataques, attaques, angriffe"),
    ("strikes", "", "strike, air strikes, airstrikes, airstrike, air strike"),
    ("raids", "", "raid"),
    ("explosions", "", "explosion, blasts, blast"),
    ("rockets", "", "rocket, cohetes, roquettes, raketen, صاروخ"),
    ("missiles", "", "missile"),
    ("drones", "", "drone"),
    ("shells", "", "shell"),
    ("vehicles", "", "vehicle, cars, car"),
    ("trucks", "", "truck, lorries, lorry"),
    ("tanks", "", "tank"),
    ("aircraft", "", "planes, plane, aeroplanes, aeroplane, airplanes, airplane, jets, jet"),
    ("ships", "", "ship, vessels, vessel, boats, boat"),
    ("jobs", "", "job"),
    ("votes", "", "vote"),
    ("seats", "", "seat"),
]

# codespell:on - and English again


def _table() -> Iterator[tuple[str, Unit]]:
    for dimension, rows in _MEASURED.items():
        for name, factor, spellings in rows:
            unit = Unit(name, dimension, Fraction(Decimal(factor)) if factor else None)
            yield from ((spelling, unit) for spelling in (name.lower(), *spellings.split(", ")))
    for name, within, spellings in _COUNTED:
        yield from ((spelling, Unit(name, within=within)) for spelling in (name, *spellings.split(", ")))


UNITS: Mapping[str, Unit] = dict(_table())
"""Unit by each of its spellings, in lower case."""
PEOPLE = UNITS["people"]
_SIGNS = {"$": "dollars", "€": "euros", "₪": "shekels", "£": "pounds sterling", "%": "per cent", "‰": "per mille"}
_LONGEST = 3
"""Words in one spelling."""

# -- units in texts -------------------------------------------------------------------------------------------------

_WORD = re.compile(r"(?:\s+|[-‑])?([^\W\d_]+(?:[.’'״][^\W\d_]+)*(?:(?<=[mM])[²³23](?!\d))?)\.?(?=\W|$)")
_PASSED = frozenset(
    (
        *("of", "the", "its", "their", "his", "her", "our", "my", "your", "these", "those", "such", "de", "di"),
        *("von", "additional", "adult", "aged", "armed", "civilian", "combat", "consecutive", "disabled"),
        *("displaced", "elderly", "extra", "foreign", "former", "full", "further", "internally", "internal"),
        *("lost", "local", "long", "more", "new", "northern", "southern", "eastern", "western", "old", "other"),
        *("phone", "telephone", "registered", "residential", "senior", "separate", "small", "straight"),
        *("large", "unarmed", "uprooted", "whole", "wounded", "young", "border", "different", "entire"),
        *("nearby", "high-level", "high", "level", "top", "serving", "reserve"),
    )
)
"""What may stand between a number and its unit, besides words with a capital."""
_NATION = re.compile(r"[A-Z]\w+(?:(?:an|i)s|ese)")
_RATE = re.compile(r"\s+(?:per|each|every|an?)\s+|\s?/\s?")


def behind(text: str, end: int, also: Iterable[str] = ()) -> Found | None:
    """The unit that follows a number which ends at a place in a text; None where no known one does.

    `also` are further units in use, such as those of a briefing's own measures.
    """
    own = _own(also)
    place, passed = end, 0
    if text[end : end + 1] in _SIGNS and text[end : end + 1]:
        return Found(UNITS[_SIGNS[text[end]]], text[end])
    while passed <= _LONGEST:
        if found := _at(text, place, own):
            return _rate(text, place, found, own)
        word = _WORD.match(text, place)
        if word is None:
            return None
        if word[1].lower() not in _PASSED and not word[1][0].isupper():
            return None
        if _NATION.fullmatch(word[1]) and not _followed(text, word.end(), own):
            return Found(PEOPLE, word[1])
        place, passed = word.end(), passed + 1
    return None


def _own(also: Iterable[str]) -> Mapping[str, Unit]:
    return _units_of(tuple(also))


@lru_cache(maxsize=64)
def _units_of(also: tuple[str, ...]) -> Mapping[str, Unit]:
    own: dict[str, Unit] = {}
    for each in also:
        words = each.lower().partition(" of ")[0]
        if words and words not in UNITS:
            own[words] = Unit(each.lower())
            own[_singular(words)] = Unit(each.lower())
    return own


def _singular(plural: str) -> str:
    if plural.endswith("ies"):
        return f"{plural[:-3]}y"
    return plural.removesuffix("s")


def _followed(text: str, place: int, own: Mapping[str, Unit]) -> bool:
    """Whether a unit stands right there, so that the word before is its adjective (`Italian homes`)."""
    return _at(text, place, own) is not None


def _at(text: str, place: int, own: Mapping[str, Unit]) -> Found | None:
    """The longest spelling of a unit that stands at a place."""
    words: list[str] = []
    ends: list[int] = []
    at = place
    while len(words) < _LONGEST and (match := _WORD.match(text, at)):
        words.append(match[1])
        at = match.end(1)
        ends.append(at)
    for count in range(len(words), 0, -1):
        spelled = " ".join(words[:count])
        unit = own.get(spelled.lower()) or UNITS.get(spelled.lower())
        if unit and (len(spelled) > 1 or spelled.islower()):
            return Found(unit, text[place : ends[count - 1]].lstrip("- ‑\t\n"))
    return None


def _rate(text: str, place: int, found: Found, own: Mapping[str, Unit]) -> Found:
    """`60 miles an hour` is a rate, and no length."""
    end = text.index(found.text, place) + len(found.text)
    link = _RATE.match(text, end)
    over = _at(text, link.end(), own) if link else None
    if link is None or over is None or (link[0].strip() in ("a", "an") and over.unit.dimension != "time"):
        return found
    return Found(
        Unit(f"{found.unit.name} per {_singular(over.unit.name)}"), f"{found.text}{link[0]}{over.text}".strip()
    )


def before(text: str, start: int) -> Found | None:
    """The currency whose sign or letters stand right before a number: `$5`, `USD 5`."""
    match = re.search(r"(?:US|C|A)?([$€₪£])\s?$|\b(USD|EUR|GBP|NIS|ILS)\s?$", text[max(0, start - 8) : start])
    if match is None:
        return None
    return Found(UNITS[_SIGNS[match[1]]] if match[1] else UNITS[match[2].lower()], match[0].strip())


def named(text: str) -> Unit:
    """The unit that a measure names; one that the table does not know is a unit by its own words."""
    found = behind(text.strip(), 0)
    return found.unit if found else Unit(text.strip().lower())


def is_known(unit: Unit) -> bool:
    """Whether the table has it."""
    return unit.name.lower() in UNITS


def same(one: Unit, other: Unit) -> bool:
    """Whether a number of the one can be a number of the other: the same unit, or a wider word for it."""
    if one.name in (other.name, other.within) or other.name == one.within:
        return True
    counted, _, over = one.name.partition(" per ")
    other_counted, _, other_over = other.name.partition(" per ")
    if counted == other_counted and not (over and other_over):  # `600 sacks of flour a day`: the text may say it later
        return True
    return {one.name, other.name} == {"pounds", "pounds sterling"}  # the word alone does not say which


def converted(value: Decimal, source: Unit, target: Unit) -> Fraction:
    """A number of one unit as an exact number of another of the same dimension.

    Raises:
        ValueError: the two are of different dimensions, or one of them has no exact factor.

    """
    if source.dimension != target.dimension:
        raise ValueError(f"{source.name} cannot be converted into {target.name}")
    if source.factor is None or target.factor is None:
        vague = source if source.factor is None else target
        raise ValueError(f"{vague.name} have no exact factor")
    return Fraction(value) * source.factor / target.factor
