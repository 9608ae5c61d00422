"""What was said with a person who is erased goes with him."""

from artel.domains.company.factories import HOUSE
from artel.domains.interactions.models import Interaction, InteractionParticipant
from artel.domains.partners.commands import erase_person
from artel.domains.partners.factories import contact
from artel.kernel.search.finding import find


def test_talks_with_an_erased_person_say_nothing_of_him(office):
    alone = office.call(name="Орлова просит", text="Орлова: +7 912 345-67-89", how_to_reach="+79123456789")
    sokolov = contact(office.volga, "Соколов")
    joint = office.call(
        name="Втроём",
        text="Решили о сроках",
        contact=sokolov,
        participants=[{"person": str(office.orlova.pk), "how_to_reach": "+79123456789"}],
    )
    erase_person(HOUSE, office.orlova)
    gone = Interaction.objects.get(pk=alone.pk)
    assert "Орлова" not in f"{gone.name} {gone.text} {gone.how_to_reach}"
    assert gone.how_to_reach == ""
    assert Interaction.objects.get(pk=joint.pk).text == "Решили о сроках"
    assert not InteractionParticipant.objects.exclude(how_to_reach="").filter(person=office.orlova).exists()
    assert not Interaction.objects.filter(find(Interaction, "Орлова", HOUSE)).exists()
