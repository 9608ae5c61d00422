"""Keys of the filled base, a line each: kind, stages in order, some deals, open deals at the first stage, clients."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    django.setup()
    from artel.domains.deals.models import Deal, DealKind, KindStage
    from artel.domains.partners.models import Partner

    kind = DealKind.objects.get(name="Замер")
    stages = list(KindStage.objects.filter(kind=kind).order_by("order").values_list("stage_id", flat=True))
    deals = Deal.objects.order_by("id").values_list("id", flat=True)
    first = Deal.objects.filter(status="in_work", stage=stages[0]).order_by("id").values_list("id", flat=True)
    clients = Partner.objects.order_by("id").values_list("id", flat=True)
    for line in ([kind.pk], stages, deals[:5000], first[:400], clients[:1000]):
        print(*line)


if __name__ == "__main__":
    main()
