"""The made-up union around the purchases: organisations, members, cards, destinations.

The regional organisations are the eighteen of the pilot; all else is invented and says so.
"""

REGIONS = (
    ("Московская городская организация", "ЦФО"), ("Липецкая областная организация", "ЦФО"),
    ("Орловская областная организация", "ЦФО"), ("Башкирская республиканская организация", "ПФО"),
    ("Марийская республиканская организация", "ПФО"),
    ("Нижегородская областная организация", "ПФО"), ("Пермская краевая организация", "ПФО"),
    ("Чувашская республиканская организация", "ПФО"),
    ("Калининградская областная организация", "СЗФО"),
    ("Краснодарская краевая организация", "ЮФО"), ("Ставропольская краевая организация", "СКФО"),
    ("Чеченская республиканская организация", "СКФО"),
    ("Курганская областная организация", "УФО"),
    ("Тюменская межрегиональная организация", "УФО"), ("Алтайская краевая организация", "СФО"),
    ("Алтайская республиканская организация", "СФО"), ("Омская областная организация", "СФО"),
    ("Приморская краевая организация", "ДФО"))
TERRITORIES, PRIMARIES = 2, 3       # in each region, in each territory
CENTRAL = 1

SURNAMES = ("Вымышленн", "Примеров", "Условн", "Пробнов", "Макетов", "Шаблонов", "Нарисованн",
            "Придуманн")
FEMALE, MALE = ("Анна", "Вера", "Дарья", "Елена", "Мария", "Ольга"), (
    "Андрей", "Борис", "Иван", "Олег", "Пётр", "Юрий")
# One retired or studying member in three, about as in the pilot.
CATEGORIES = ("working",) * 13 + ("student",) * 6 + ("pensioner_nonworking",)
BIRTH_YEARS = {"working": (1937, 40), "student": (1975, 5), "pensioner_nonworking": (1922, 15)}
MEMBER_BASE = 1_000_000
BIK = "044525999"


def _region_id(region):
    return 100 + region + 1


def _territory_id(region, territory):
    return _region_id(region) * 10 + territory + 1


def _primary_id(region, territory, primary):
    return _territory_id(region, territory) * 10 + primary + 1


def organizations():
    """The fields of every registration, parents first."""
    yield {"organization_id": CENTRAL, "kind": "central",
           "name": "Центральная организация (пример)"}
    for region, (name, district) in enumerate(REGIONS):
        yield {"organization_id": _region_id(region), "kind": "regional", "parent_id": CENTRAL,
               "name": name, "district": district, "pilot": True}
        for territory in range(TERRITORIES):
            yield {"organization_id": _territory_id(region, territory), "kind": "territorial",
                   "parent_id": _region_id(region),
                   "name": f"Территориальная организация {territory + 1} (пример)"}
            for primary in range(PRIMARIES):
                number = _primary_id(region, territory, primary)
                yield {"organization_id": number, "kind": "primary",
                       "parent_id": _territory_id(region, territory),
                       "name": f"Первичная организация {number} (пример)"}


def some_primary(draw):
    return _primary_id(draw.below(len(REGIONS)), draw.below(TERRITORIES), draw.below(PRIMARIES))


def neighbour(primary, draw):
    """A primary organisation of the same territory."""
    return primary // 10 * 10 + draw.below(PRIMARIES) + 1


def person(customer, draw):
    """The fields of an admission; all but the number of the customer is made up."""
    woman = draw.below(10) < 7
    category = CATEGORIES[draw.below(len(CATEGORIES))]
    first_year, years = BIRTH_YEARS[category]
    born = first_year + draw.below(years)
    admitted = min(1996, born + 17 + draw.below(20))
    stem = SURNAMES[draw.below(len(SURNAMES))]
    given = (FEMALE if woman else MALE)[draw.below(6)]
    if stem.endswith("н"):
        surname = stem + ("ая" if woman else "ый")
    else:
        surname = stem + ("а" if woman else "")
    return {
        "member_id": MEMBER_BASE + customer, "organization_id": some_primary(draw),
        "category": category,
        "admitted_on": f"{admitted}-{1 + draw.below(10):02d}-{1 + draw.below(28):02d}",
        "sex": "f" if woman else "m",
        "birth_date": f"{born}-{1 + draw.below(12):02d}-{1 + draw.below(28):02d}",
        "pedagogue": category == "working" and draw.below(3) > 0,
        "name": f"{surname} {given}"}


def destination(method, member_id):
    """A phone of a made-up number, or an account of a bank that does not exist, key included."""
    if method == "phone":
        return f"+7972{member_id % 10_000_000:07d}"
    return f"{BIK}/{account_number(BIK, member_id)}"


def account_number(bik, serial):
    """A personal rouble account whose key fits the bank: weights 7, 1, 3, key in place nine."""
    digits = f"{bik[6:]}408178100{serial:011d}"
    total = sum(int(c) * (7, 1, 3)[i % 3] for i, c in enumerate(digits))
    # The key has the weight 3, and 3 * 3 = 9 = -1 modulo 10.
    return f"40817810{total * 3 % 10}{serial:011d}"
