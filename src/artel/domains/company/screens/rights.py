"""People who sign in, what they may do, and what the company has switched on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from artel.domains.company.closed_fields import close_field, open_field
from artel.domains.company.granting import add_grant_group, change_role_grant, grant_role, remove_grant_group
from artel.domains.company.models import Department
from artel.domains.company.panels import access_groups_listed, closed_fields, rights
from artel.domains.company.readings import department_of, roles_of
from artel.kernel import options
from artel.kernel.access import ADMINISTER
from artel.kernel.account_acts import change_user, erase_user, revoke_token, set_password
from artel.kernel.actors import Actor
from artel.kernel.admission import add_user
from artel.kernel.contact_points import ContactKind
from artel.kernel.people import Token, User
from artel.kernel.refusals import type_of_text
from artel.kernel.registers import Option
from artel.kernel.rights_acts import (
    access_groups,
    change_option,
    contact_kinds,
    give_right,
    grants,
    roles,
    take_right,
)
from artel.kernel.roles import AccessGroup, Grant, GrantGroup, Role
from artel.screens.registry import add_section, register
from artel.screens.vocabulary import Cell, Entity, PageOfMenu, Panel, Related, Section, SectionOfMenu, Table

NUMBERING = PageOfMenu(
    page="web:numbering",
    label=_("Numbering"),
    icon="list-numbers",
    permission=ADMINISTER,
    help=_("The series of numbers, how far each has come, and what tells this base from others."),
)
add_section(
    SectionOfMenu(
        code="administration",
        label=_("Administration"),
        icon="settings",
        order=950,
        pages=[NUMBERING],
    )
)


def units_of(actor: Actor, records: Sequence[Grant]) -> Mapping[UUID, Department]:
    """The department of each grant that reaches one."""
    known = Department.objects.visible_to(actor).in_bulk({record.unit for record in records if record.unit})
    return {record.pk: known[record.unit] for record in records if record.unit in known}


def labels_of(_actor: Actor, records: Sequence[Option]) -> Mapping[UUID, type_of_text]:
    """What each option is called."""
    known = {fact.code: fact.label for fact in options.declared()}
    return {record.pk: known.get(record.code, record.code) for record in records}


DEPARTMENT = Cell(name="department", label=_("Department"), value=department_of, kind="reference")
ROLES = Cell(name="roles", label=_("Roles"), value=roles_of)
UNIT = Cell(name="unit", label=_("Department"), value=units_of, kind="reference")
OPTION = Cell(name="label", label=_("Option"), value=labels_of)

register(
    Entity(
        model=User,
        path="users",
        helps={
            "login": _("What the person types to sign in."),
            "is_active": _("Without it nobody signs in under this name; what the person wrote stays."),
            "time_zone": _("Days and hours on this person's pages are told in it."),
        },
        section="administration",
        icon="user-circle",
        help=_("People who sign in: login, language, zone, password."),
        table=Table(
            columns=["name", "login", DEPARTMENT, ROLES, "is_active"],
            more_columns=["email", "language", "time_zone"],
            filters=["is_active"],
            sorts=["sort_name", "login"],
            order="sort_name",
        ),
        form=[
            Section(_("Main"), ["login", "name", "email", "is_active"]),
            Section(_("Settings"), ["language", "time_zone"]),
        ],
        facts=[
            Section(_("Main"), ["login", "email", "is_active", DEPARTMENT, ROLES]),
            Section(_("Settings"), ["language", "time_zone"]),
        ],
        create=add_user,
        change=change_user,
        actions=[set_password, erase_user],
        related=[
            Related(
                entity="kernel.grant",
                via="user",
                columns=["role", "reach", "group_mode"],
                order="id",
                title=_("Rights"),
            ),
            Related(
                entity="kernel.token",
                via="user",
                columns=["name", "prefix", "expires_at"],
                order="id",
                title=_("Tokens"),
            ),
        ],
    )
)
register(
    Entity(
        model=Role,
        path="roles",
        helps={
            "usual_reach": _("What is proposed when the role is given to somebody."),
        },
        section="administration",
        icon="shield",
        help=_("Sets of rights (profiles): what may be seen, added, changed and removed, and closed fields."),
        table=Table(
            columns=["name", "usual_reach", "is_archived"],
            filters=["usual_reach", "is_archived"],
            sorts=["sort_name"],
            order="sort_name",
        ),
        form=[Section(_("Main"), ["name", "usual_reach", "is_archived"])],
        facts=[Section(_("Main"), ["usual_reach", "is_archived"])],
        create=roles.add,
        change=roles.change,
        actions=[roles.mark, roles.unmark],
        panels=[
            Panel(
                name="closed_fields",
                title=_("Closed fields"),
                template="company/closed_fields.html",
                data=closed_fields,
                actions=[close_field],
                row_actions=[open_field],
            ),
            Panel(
                name="rights",
                title=_("What the role may do"),
                template="company/rights.html",
                data=rights,
                row_actions=[give_right, take_right],
            ),
        ],
        related=[
            Related(
                entity="kernel.grant",
                via="role",
                columns=["user", "reach"],
                order="id",
                title=_("Who has it"),
            )
        ],
    )
)
register(
    Entity(
        model=Grant,
        path="grants",
        helps={
            "reach": _("Whose records the role opens to this person."),
            "department": _("For the reach of a department: which one."),
            "group_mode": _("Whether the access groups listed are the only ones, or those left out."),
        },
        section="administration",
        icon="shield-check",
        help=_("Which role a person has, how far it reaches and in which access groups."),
        table=Table(
            columns=["user", "role", "reach", UNIT, "group_mode"],
            filters=["user", "role", "reach", "group_mode"],
            order="id",
        ),
        form=[Section(_("Main"), ["user", "role", "reach", "department", "access_group", "group_mode"])],
        facts=[Section(_("Main"), ["user", "role", "reach", UNIT, "group_mode"])],
        create=grant_role,
        change=change_role_grant,
        actions=[grants.mark, grants.unmark],
        panels=[
            Panel(
                name="access_groups",
                title=_("Access groups"),
                template="company/access_groups.html",
                data=access_groups_listed,
                tells=["group_mode"],
                actions=[add_grant_group],
                row_actions=[remove_grant_group],
            )
        ],
    )
)
register(
    Entity(
        model=GrantGroup,
        path="grant-groups",
        section="",
        icon="lock-access",
        table=Table(columns=["grant", "access_group"], filters=["grant", "access_group"], order="id"),
        facts=[Section(_("Main"), ["grant", "access_group"])],
    )
)
register(
    Entity(
        model=AccessGroup,
        path="access-groups",
        section="administration",
        icon="lock-access",
        help=_("Groups of partners that narrow who sees whom: each partner is in one."),
        table=Table(
            columns=["name", "is_archived"], filters=["is_archived"], sorts=["sort_name"], order="sort_name"
        ),
        form=[Section(_("Main"), ["name", "is_archived"])],
        create=access_groups.add,
        change=access_groups.change,
        actions=[access_groups.mark, access_groups.unmark],
    )
)
register(
    Entity(
        model=Token,
        path="tokens",
        section="administration",
        icon="key",
        help=_("Keys of programs, each on behalf of a person."),
        table=Table(
            columns=["name", "user", "prefix", "expires_at", "revoked_at"], filters=["user"], order="id"
        ),
        facts=[Section(_("Main"), ["user", "prefix", "expires_at", "revoked_at"])],
        actions=[revoke_token],
    )
)
register(
    Entity(
        model=ContactKind,
        path="contact-kinds",
        helps={
            "type": _("It decides how a value is checked and written."),
            "allows_several": _("Whether one partner or person may have more than one."),
            "order": _("Kinds stand in this order, the smallest first."),
        },
        icon="phone",
        help=_("Phones, e-mails and addresses: which kinds there are, and which are required."),
        table=Table(
            columns=["name", "type", "allows_several", "is_required", "is_archived"],
            filters=["type", "is_archived"],
            order="id",
        ),
        form=[
            Section(_("Main"), ["name", "type", "order"]),
            Section(_("Settings"), ["allows_several", "is_required", "is_archived"]),
        ],
        create=contact_kinds.add,
        change=contact_kinds.change,
        actions=[contact_kinds.mark, contact_kinds.unmark],
    )
)
register(
    Entity(
        model=Option,
        path="options",
        section="administration",
        icon="toggle-right",
        table=Table(columns=[OPTION, "is_on"], filters=["is_on"], order="id"),
        form=[Section(_("Main"), ["is_on"])],
        facts=[Section(_("Main"), [OPTION, "is_on"])],
        change=change_option,
        help=_("What is switched off disappears from menus, forms and the API; its data stay."),
    )
)
