"""Questions about bodies and their people."""

from server.accounts import Login, People
from server.office.rights import Handlers, served
from server.people_csv import parse
from server.protocol import office as o
from server.protocol.refusals import Refusal


class Bodies:
    """Answers for the page of people."""

    def __init__(self, people: People) -> None:
        """Stand on the accounts."""
        self._people = people
        self.handlers: Handlers = {
            o.ListOrganizations: self._list_organizations,
            o.AddOrganization: self._add_organization,
            o.ListPeople: self._list_people,
            o.PutPerson: self._put_person,
            o.RemovePerson: self._remove_person,
            o.ImportPeople: self._import_people,
            o.ResetPin: self._reset_pin,
        }

    async def _list_organizations(self, login: Login, _asked: o.ListOrganizations) -> o.Reply:
        bodies = served(login)
        known = await self._people.organizations()
        return o.Organizations(tuple(one for one in known if one.id in bodies))

    async def _add_organization(self, login: Login, asked: o.AddOrganization) -> o.Reply | Refusal:
        refusal = await self._people.add_organization(
            asked.organization, login.person, served(login)
        )
        return refusal or o.Done()

    async def _list_people(self, _login: Login, asked: o.ListPeople) -> o.Reply:
        return o.People(await self._people.of(asked.organization))

    async def _put_person(self, login: Login, asked: o.PutPerson) -> o.Reply | Refusal:
        pins = await self._people.put(asked.organization, [asked.person], served(login))
        return pins if isinstance(pins, Refusal) else o.FirstPins(pins)

    async def _remove_person(self, _login: Login, asked: o.RemovePerson) -> o.Reply | Refusal:
        return await self._people.remove(asked.organization, asked.person) or o.Done()

    async def _import_people(self, login: Login, asked: o.ImportPeople) -> o.Reply | Refusal:
        known = await self._people.of(asked.organization)
        people = parse(asked.csv, known)
        if isinstance(people, Refusal):
            return people
        pins = await self._people.put(asked.organization, people, served(login))
        return pins if isinstance(pins, Refusal) else o.FirstPins(pins)

    async def _reset_pin(self, login: Login, asked: o.ResetPin) -> o.Reply | Refusal:
        pins = await self._people.reset(asked.organization, asked.person, served(login))
        return pins if isinstance(pins, Refusal) else o.FirstPins(pins)
