"""A delivery carried out: named, packed, uploaded, and on record once all of it is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rushes.core.errors import Code, RushesError
from rushes.exchange.beating import Beating
from rushes.exchange.delivery.book import Page
from rushes.exchange.delivery.made import TERMS, Delivered, Made, Pack, Stored, packages_of
from rushes.exchange.delivery.media import Opening
from rushes.exchange.delivery.members import Contents, contents
from rushes.exchange.delivery.order import Shape
from rushes.exchange.delivery.package import Digests, Package
from rushes.exchange.delivery.pictures import pictured_papers
from rushes.exchange.delivery.plan import Planned
from rushes.exchange.delivery.recording import delivered_files, ended, took_the_same
from rushes.exchange.delivery.target import Target, bucket_of, output_of
from rushes.exchange.delivery.uploading import packed_again
from rushes.model.movement import Movement, MovementEnd, MovementKind, MovementState, NewMovement
from rushes.model.scan import Actor
from rushes.ports.movements import Movements
from rushes.ports.progress import Progress
from rushes.ports.storage_writing import Terms
from rushes.transfer.outcome import Effort
from rushes.transfer.package.members import Layout, Packed
from rushes.transfer.package.packing import Spot, pack_both


@dataclass(frozen=True)
class Delivering:
    """Everything that a delivery is made with. `sender` is what this studio calls itself.

    `schema` names the manifest's, `write` puts a manifest for this house on disk. `asked` is the
    movement of one that was asked for: it has begun, and whoever asked watches `progress` for it.
    `terms` are how what is made is kept, `rate` how many bytes go to a bucket in a second (0: no
    limit); what is written in the same reading goes as slowly.
    """

    movements: Movements
    actor: Actor
    open_place: Opening
    open_target: Opening
    pack: Pack
    stored: Stored
    page: Page
    progress: Progress
    sender: str = ""
    schema: str = ""
    write: Callable[[Mapping[str, bytes]], Sequence[Path]] = field(default=lambda _papers: ())
    asked: Movement | None = None
    terms: Terms = TERMS
    rate: int = 0

    def deliver(self, plan: Planned) -> Delivered:
        """Do what the plan says; nothing where it is halted, or where they have all of it.

        It is on record before anything is written, and done only once all packages are whole at
        their places. Broken off anywhere, the same order goes on under the same name. Raises what
        packing and the records raise.
        """
        if plan.halted or not plan.fresh:
            return Delivered(plan)
        movement = self._begun(plan)
        if movement.state is MovementState.DONE:  # killed after its record, before our note of it
            self.page.end()
            if took_the_same(self.movements, movement, plan):
                return Delivered(plan, movement, packages_of(movement))
            movement = self._begun(plan)
        if self._held is not None:
            return self._carried_out(plan, movement, self.progress)
        beating = Beating(self.progress, self.movements, movement.id, actor=self.actor)
        try:
            return self._carried_out(plan, movement, beating)
        except RushesError as error:
            self._broken_off(movement, error)
            raise
        finally:
            beating.stop()

    @property
    def _held(self) -> Movement | None:
        """The movement that was asked for, as long as it is the one that is made."""
        asked = self.asked
        return asked if asked is not None and asked.key == self.page.key else None

    def _begun(self, plan: Planned) -> Movement:
        self.page.begin()
        if (held := self._held) is not None:
            return held  # begun again, it would be wanted, though it was cancelled since
        return self.movements.begin(
            NewMovement(
                MovementKind.DELIVERY,
                self.page.key,
                plan.show.project.id,
                plan.name,
                plan.order.context,
                plan.order.row(),
            ),
            actor=self.actor,
        )

    def _carried_out(self, plan: Planned, movement: Movement, watched: Progress) -> Delivered:
        made = Package(
            plan,
            movement.name,
            movement.key,
            movement.created,
            sender=self.sender,
            tool=self.actor.tool,
            schema=self.schema,
            files=plan.fresh,
        )
        order, code = plan.order, plan.show.code
        there = [
            one for one in (output_of(order, made.name), bucket_of(order, code, made.name)) if one
        ]
        pictures = self._pictures(made, watched)
        top = made.name if order.shape is Shape.ZIP else ""
        inside = contents(made, pictures, open_place=self.open_place, top=top)
        packed, packages = self._made(inside, there, watched)
        digests = inside.plain(packed.members)
        manifests = self.write(_manifests(made, inside, digests))
        files = delivered_files(made, inside, digests)
        end = ended(plan, files, [one.row() for one in packages])
        done = self.movements.end(movement.id, end, actor=self.actor)
        self.page.end()
        return Delivered(plan, done, tuple(packages), tuple(manifests))

    def _made(
        self, inside: Contents, there: Sequence[Target], progress: Progress
    ) -> tuple[Packed, Sequence[Made]]:
        """The package at all its places. An archive is read once for both; a folder that is made
        already is sent on as it is.
        """
        if len(there) > 1 and there[0].shape is Shape.ZIP:
            first, second = (
                Spot(self.open_target(one.root), one.path, self.stored(one)) for one in there
            )
            found: Sequence[Packed] = pack_both(
                inside.members,
                first=first,
                second=second,
                terms=self.terms,
                effort=Effort(rate=self.rate),
                progress=progress,
            )
        else:
            packed = self._packed(inside, there[0], progress)
            found = (
                packed,
                *(self._sent_on(inside, packed, there[0], one, progress) for one in there[1:]),
            )
        told = zip(there, found, strict=True)
        return found[0], [Made(at.url, one.size, one.digests, one.sent) for at, one in told]

    def _packed(self, inside: Contents, target: Target, progress: Progress) -> Packed:
        return self.pack(
            inside.members,
            target=self.open_target(target.root),
            path=target.path,
            layout=Layout(target.shape.value),
            terms=self.terms,
            book=self.stored(target),
            effort=Effort(rate=self.rate if target.is_far else 0),
            progress=progress,
        )

    def _sent_on(
        self, inside: Contents, packed: Packed, here: Target, there: Target, progress: Progress
    ) -> Packed:
        """The folder that is made already, sent on as it is."""
        again = packed_again(inside.members, packed.members, self.open_target(here.root), here.path)
        return self._packed(inside._replace(members=again), there, progress)

    def _pictures(self, made: Package, progress: Progress) -> Sequence[tuple[str, bytes]]:
        """The papers with pictures; where a part that makes them is missing, there are none."""
        if not made.plan.order.pictures:
            return ()
        try:
            return list(pictured_papers(made, workers=2, progress=progress))
        except RushesError as error:
            if error.code is not Code.DEPENDENCY_MISSING:
                raise
            return ()

    def _broken_off(self, movement: Movement, error: RushesError) -> None:
        """Say so on record, if that can be reached; the same order goes on with it."""
        cancelled = error.code is Code.CANCELLED
        state = MovementState.CANCELLED if cancelled else MovementState.FAILED
        try:
            end = MovementEnd(state, told=error.message)
            self.movements.end(movement.id, end, actor=self.actor)
        except RushesError:
            return


def _manifests(made: Package, inside: Contents, digests: Digests) -> Mapping[str, bytes]:
    """Both manifests as they are in the package, by their endings."""
    names = {".json": made.manifest, ".csv": f"{made.stem}.csv"}
    return {ending: inside.papers[path](digests) for ending, path in names.items()}
