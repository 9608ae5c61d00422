"""Names for the demo. All of them are invented; a likeness to anybody is chance."""

STANDARD, BY_STAGES, SEPARATE, LONG, TURNKEY = (
    "Типовая продажа",
    "Продажа по этапам",
    "Отдельный учёт по сделке",
    "Долгие проекты",
    "Монтаж под ключ",
)
SHORT_PATH = ("first_contact", "qualification", "proposal", "fulfilment")
TURNKEY_STAGES = ("Замер", "Смета", "Договор", "Монтаж", "Сдача")
REASONS = ("Высокая цена", "Долгий срок поставки", "Отложили до следующего года", "Нет нужного товара")
UNMET = ("Нет на складе", "Не наш профиль", "Дорого")

# The seven deals of 2015: shape and sums of the founding slides, names of our own (rules §4.1).
# name, client, agreement, kind, responsible, status, potential, start, end, stages, days of the first stage
SEVEN = (
    ("Обогреватели для мастерских", "Гончар и сын", "Опт, предоплата", STANDARD, "levashova", "won", "884.70", "2015-03-03", "2015-04-06", 7, 34),
    ("Вентиляторы в магазин", "Лесная лавка", "Опт, отсрочка 14 дней", BY_STAGES, "levashova", "won", "884.70", "2015-03-03", "2015-03-03", 4, 0),
    ("Пылесосы строительные", "Меридиан Быт", "Опт, предоплата", SEPARATE, "nazarov", "won", "884.70", "2015-03-03", "2015-03-03", 0, 0),
    ("Полка посуды в сети магазинов", "«Всё к столу», магазин", "Магазины, комиссия", LONG, "levashova", "in_work", "10000.00", "2015-03-03", "", 0, 0),
    ("Поставки в торговый дом", "Торговый дом «Каравелла»", "Дистрибьюторы", LONG, "levashova", "in_work", "5000.00", "2015-03-03", "", 0, 0),
    ("Кондиционеры на лето", "Электра Плюс", "Электра Плюс, особые цены", BY_STAGES, "levashova", "lost", "707.76", "2015-04-07", "2015-04-07", 1, 0),
    ("Что-нибудь ко дню города", "Меридиан Быт", "Опт, отсрочка 14 дней", STANDARD, "shubina", "in_work", "0.00", "2015-10-19", "", 1, 0),
)  # fmt: skip
CAME_FROM_SHOP = ("Поставки в торговый дом", "Сеть магазинов", "Мебель у парка (магазин)")
COMPETITOR = "Аэро-Монтаж"
COMPETITORS = ("Аэро-Монтаж", "Тёплый стан", "Кровельщик-Юг")

THINGS = (
    "Кондиционеры",
    "Печи для бани",
    "Кровля",
    "Утеплитель фасада",
    "Вентиляция",
    "Котёл и разводка",
    "Кухонные вытяжки",
    "Дымоходы",
    "Тёплый пол",
    "Светильники",
    "Керамическая плитка",
    "Водостоки",
)
PLACES = (
    "1 очередь",
    "2 очередь",
    "для склада",
    "для магазина",
    "в цех",
    "на объект у реки",
    "к сезону",
    "в новый корпус",
    "по годовому плану",
    "для школы",
)

# Custom attributes of deals: code, name, kind, items of the list.
ATTRIBUTES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "urgency",
        "Срочность",
        "choice",
        {"season": "К сезону", "planned": "В плановом порядке", "now": "Срочно"},
    ),
    ("delivery_on", "Желаемая дата поставки", "date", {}),
    ("needs_mounting", "Нужен монтаж", "boolean", {}),
    ("area", "Площадь объекта, м²", "number", {}),
)
ATTRIBUTES_IN_ENGLISH = {
    "urgency": "Urgency",
    "season": "By the season",
    "planned": "As planned",
    "now": "Urgent",
    "delivery_on": "Delivery wanted on",
    "needs_mounting": "Needs installation",
    "area": "Area of the site, m²",
}
COMMENTS = (
    "Просят рассрочку на три месяца.",
    "Решение за учредителем, он в отъезде до конца недели.",
    "Сравнивают с прошлогодней поставкой.",
    "Нужен образец и паспорт изделия.",
)
SERVICES = ("Монтаж и пусконаладка", "Доставка до объекта", "Обучение персонала")
