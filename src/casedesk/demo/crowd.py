"""The many made-up people of the larger demo firms: more staff, and clients by the thousand. All of them are invented.

Names are put together from lists, so that some occur twice, as in any large office.
"""

from __future__ import annotations

from random import Random

from casedesk.demo.people import staff
from casedesk.founding import Founder
from casedesk.models.enums import Role

GIVEN = {
    "en": ("Alice", "Brian", "Carol", "Derek", "Edith", "Frank", "Grace", "Henry", "Imogen", "Jack", "Keith", "Laura"),
    "es": ("Ana", "Bruno", "Camila", "Diego", "Elena", "Felipe", "Gloria", "Hugo", "Ines", "Jorge", "Lucia", "Mateo"),
    "fr": ("Amina", "Benoit", "Claire", "Desire", "Elodie", "Fabrice", "Gisele", "Herve", "Irene", "Jules", "Khady", "Lucien"),
    "ht": ("Fabiola", "Guerline", "Jimmy", "Ketly", "Lovely", "Mackenson", "Nadege", "Olivier", "Rose", "Stanley", "Wideline", "Yves"),
    "pt": ("Adriana", "Bernardo", "Catarina", "Davi", "Eduarda", "Fernando", "Gabriela", "Heitor", "Isadora", "Joaquim", "Leticia", "Miguel"),
    "zh": ("Bo", "Cheng", "Dan", "Fang", "Gang", "Hui", "Jing", "Kun", "Lan", "Mei", "Ping", "Tao"),
}  # fmt: skip
FAMILY = {
    "en": ("Abbott", "Barlow", "Carver", "Dalton", "Elmore", "Fenwick", "Garner", "Holloway", "Ingram", "Jarvis", "Kendall", "Lathrop", "Mercer", "Norwood", "Oakley", "Prescott"),
    "es": ("Aguilar", "Benitez", "Cardenas", "Dominguez", "Escobar", "Fuentes", "Guerrero", "Herrera", "Ibanez", "Jimenez", "Lozano", "Molina", "Navarro", "Orozco", "Pacheco", "Quintero"),
    "fr": ("Adjovi", "Bamba", "Coulibaly", "Diop", "Essomba", "Fofana", "Gueye", "Hounsou", "Issa", "Keita", "Lawson", "Mbaye", "Ndiaye", "Ouedraogo", "Sanogo", "Traore"),
    "ht": ("Alexis", "Bien-Aime", "Charles", "Desir", "Etienne", "Francois", "Guillaume", "Hyppolite", "Jacques", "Lafontant", "Metayer", "Noel", "Pierre", "Romain", "Saint-Louis", "Toussaint"),
    "pt": ("Almeida", "Barbosa", "Cardoso", "Duarte", "Esteves", "Ferreira", "Goncalves", "Henriques", "Jardim", "Lacerda", "Machado", "Nogueira", "Oliveira", "Pereira", "Queiroz", "Ribeiro"),
    "zh": ("Cai", "Deng", "Feng", "Gao", "Han", "Jiang", "Kong", "Liang", "Ma", "Ning", "Peng", "Qian", "Ren", "Shen", "Tang", "Xu"),
}  # fmt: skip
LANGUAGES = (("es", 46), ("en", 22), ("zh", 10), ("fr", 8), ("pt", 8), ("ht", 6))
"""The languages of the clients, in hundredths."""

COMPANIES = ("Bluestone", "Cedar Point", "Eastgate", "Fairlawn", "Granite", "Harborview", "Ironbridge", "Juniper", "Lakeside", "Northwind", "Old Mill", "Pinecrest", "Redwood", "Silverton", "Tidewater", "Westbrook")  # fmt: skip
TRADES = ("Analytics", "Bakeries", "Builders", "Clinics", "Foods", "Labs", "Logistics", "Software")


def language(chance: Random) -> str:
    """A client's language."""
    return chance.choices([code for code, _ in LANGUAGES], [share for _, share in LANGUAGES])[0]


def person(chance: Random, tongue: str) -> str:
    """A client's name, "Family, Given"; every third has two family names or a second given one."""
    family, given = chance.choice(FAMILY[tongue]), chance.choice(GIVEN[tongue])
    if tongue in ("es", "pt") and chance.random() < 0.35:
        family = f"{family} {chance.choice(FAMILY[tongue])}"
    elif chance.random() < 0.3:
        given = f"{given} {chance.choice(GIVEN[tongue])}"
    return f"{family}, {given}"


def company(chance: Random) -> str:
    """An employer's name."""
    return f"{chance.choice(COMPANIES)} {chance.choice(TRADES)} Inc."


def more_staff(many: int) -> tuple[Founder, ...]:
    """`many` people beside the ten: of five, three paralegals, one attorney and one associate with a licence."""
    chance = Random("casedesk demo staff")  # noqa: S311
    found = []
    for number in range(many):
        tongue = language(chance)
        given, family = chance.choice(GIVEN[tongue]), chance.choice(FAMILY[tongue])
        handle = f"{given[0]}{''.join(filter(str.isalpha, family))}{number + 1}".lower()
        languages = ("en",) if tongue == "en" else ("en", tongue)
        place = number % 5
        role = Role.PARALEGAL if place < 3 else Role.ATTORNEY if place == 3 else Role.SENIOR_ASSOCIATE
        bar = None if place < 3 else f"60{number:05d}"
        found.append(staff(handle, f"{given} {family}", role, languages=languages, bar=bar, signs=False))
    return tuple(found)
