"""What every base has from the start: roles of contact people and kinds of relations."""

from __future__ import annotations

from artel.kernel.shipped import ship

from .models import ContactPersonRole, PartnerRelationKind

ship(
    ContactPersonRole,
    [
        {"code": "decides", "name": "Принимает решение", "name_en": "Decides"},
        {"code": "influences", "name": "Влияет на решение", "name_en": "Influences"},
        {"code": "buys", "name": "Закупает", "name_en": "Buys"},
        {"code": "uses", "name": "Пользуется", "name_en": "Uses"},
    ],
)
ship(
    PartnerRelationKind,
    [
        {
            "code": "recommended",
            "name": "Рекомендовал",
            "name_en": "Recommended",
            "reverse_name": "Пришёл по рекомендации",
        },
        {
            "code": "affiliate",
            "name": "Аффилирован",
            "name_en": "Is affiliated with",
            "reverse_name": "Аффилирован",
        },
    ],
)
