"""What every base has from the start: currencies, a work calendar."""

from __future__ import annotations

from artel.kernel.shipped import ship

from .models import Currency, WorkCalendar
from .workdays import MAIN

ship(
    Currency,
    [
        {
            "code": "RUB",
            "name": "Российский рубль",
            "name_en": "Russian rouble",
            "symbol": "₽",
            "is_management": True,
        },
        {"code": "USD", "name": "Доллар США", "name_en": "US dollar", "symbol": "$"},
        {"code": "EUR", "name": "Евро", "name_en": "Euro", "symbol": "€"},
        {"code": "CNY", "name": "Китайский юань", "name_en": "Chinese yuan", "symbol": "¥"},
        {"code": "KZT", "name": "Казахстанский тенге", "name_en": "Kazakhstani tenge", "symbol": "₸"},
        {"code": "BYN", "name": "Белорусский рубль", "name_en": "Belarusian rouble", "symbol": "Br"},
    ],
)
ship(WorkCalendar, [{"code": MAIN, "name": "Основной календарь", "name_en": "Main calendar"}])
