"""Which files passed intake, and for whom: only these can be filed as papers."""

from server.journal import Journal
from server.protocol.ids import OrganizationId, Sha256
from server.protocol.state import File


class Files:
    """The files taken in, in memory and in the journal. A hash alone is no permission."""

    def __init__(self, journal: Journal) -> None:
        """Use `load` before anything else."""
        self._journal = journal
        self._files: dict[tuple[OrganizationId, Sha256], File] = {}

    async def load(self) -> None:
        """Read what was taken in before this start."""
        for organization, file in await self._journal.files():
            self._files[organization, file.view_sha256] = file

    async def add(self, organization: OrganizationId, file: File) -> None:
        """Remember a file. Raises NotRecorded when the disk refuses."""
        await self._journal.put_file(organization, file)
        self._files[organization, file.view_sha256] = file

    def holds(self, organization: OrganizationId, file: File) -> bool:
        """Say whether exactly this file was taken in for the organization; its name may differ."""
        known = self._files.get((organization, file.view_sha256))
        return known is not None and (
            known.original_sha256,
            known.pages,
            known.size,
        ) == (file.original_sha256, file.pages, file.size)

    def of_original(self, organization: OrganizationId, original: Sha256) -> File | None:
        """Return the file made from these original bytes, or None."""
        found = (
            file
            for (owner, _), file in self._files.items()
            if owner == organization and file.original_sha256 == original
        )
        return next(found, None)

    def names(self, organization: OrganizationId, view: Sha256) -> bool:
        """Say whether a view copy of that hash was taken in for the organization."""
        return (organization, view) in self._files
