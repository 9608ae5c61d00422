"""Keys of the filled base that manager0 sees, a line each: kind, stages in order, some deals, open deals `key:place`, clients."""

from __future__ import annotations

import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artel.site.settings")
    django.setup()
    from artel.domains.deals.models import Deal, DealKind, KindStage
    from artel.domains.partners.models import Partner
    from artel.kernel.actors import Actor
    from artel.kernel.models import User

    kind = DealKind.objects.get(name="Замер")
    stages = list(KindStage.objects.filter(kind=kind).order_by("order").values_list("stage_id", flat=True))
    me = Actor.person(User.objects.get(login="manager0"))
    seen = Deal.objects.visible_to(me)
    oldest, newest = (seen.order_by(order).values_list("id", flat=True)[:2500] for order in ("id", "-id"))
    deals = [*oldest, *newest]
    own = seen.filter(status="in_work", kind=kind).order_by("-id").values_list("id", "stage_order")[:400]
    clients = Partner.objects.visible_to(me).order_by("-id").values_list("id", flat=True)[:1000]
    places = [f"{key}:{order - 1}" for key, order in own]
    for line in ([kind.pk], stages, deals, places, clients):
        print(*line)


if __name__ == "__main__":
    main()
