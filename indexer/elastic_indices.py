"""Templates and indices of one prefix: what exists, what is missing, and whether the live mappings are ours."""

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from elasticsearch import AuthorizationException, BadRequestError, Elasticsearch, NotFoundError

from indexer.elastic_mapping import COUNTER, SCHEMA_VERSION, Json, alias, components, difference, mapping, single_index, templates
from indexer.fields import FAMILIES, MONTHLY, REBUILT
from indexer.store import StoreError, Value

_SINGLE = (*(family for family in FAMILIES if family not in MONTHLY), COUNTER)


class Indices:
    """The indices below one prefix. Raises the client's errors; the store puts them into words."""

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self._client, self._prefix = client, prefix
        self._existing: set[str] = set()
        self.ready = False  # templates and single indices are there

    def check(self) -> None:
        """Learns what exists and refuses indices whose mapping is not ours, with StoreError."""
        live = self.live()
        for index, body in sorted(live.items()):
            family = self.family_of(index)
            found = difference(body["mappings"], mapping(family)) if family else "its name is none of ours"
            if found:
                raise StoreError(
                    f"index {index} was made by another version of churnwatch: {found}. Run the newer one's `churnwatch store migrate`, "
                    "use the version that made it, or another prefix and `churnwatch analyse` over the evidence"
                )
        self._existing = set(live)
        self.ready = {single_index(self._prefix, family) for family in _SINGLE} <= self._existing

    def live(self) -> dict[str, Json]:
        """The mapping of every index that answers to one of our aliases, by index name; `{"mappings": …}`."""
        names = [alias(self._prefix, family) for family in (*FAMILIES, COUNTER)]
        found: dict[str, Json] = self._client.indices.get_mapping(index=names, ignore_unavailable=True).body
        return found

    def family_of(self, index: str) -> str | None:
        """The family whose documents an index holds, of whatever schema version; None for a name that is none of ours."""
        head = index.rpartition("-v")[0]
        return next((family for family in (*FAMILIES, COUNTER) if alias(self._prefix, family) == head), None)

    def init(self) -> None:
        """Puts templates that are missing or other than ours, and makes the single indices that are missing.

        A key that may not touch templates passes when everything is there already.
        """
        self.check()
        try:
            self.put_templates()
        except AuthorizationException:
            if not self.ready:
                raise
        self.create(single_index(self._prefix, family) for family in _SINGLE)
        self.ready = True

    def ensure(self, names: Iterable[str]) -> None:
        """Makes the indices that are not known to exist; their templates give them mapping and alias."""
        if not self.ready:
            raise StoreError(f"nothing is set up under the prefix {self._prefix!r}: run `churnwatch store init`")
        self.create(names)

    def months(self, family: str) -> list[str]:
        """Names of a family's indices, oldest first; asked anew each time, since other processes make some too."""
        try:
            return sorted(self._client.indices.get_alias(name=alias(self._prefix, family)).body)
        except NotFoundError:
            return []

    def month_counts(self, family: str) -> dict[str, int]:
        """How many documents each month (`2026-03`) of a family holds, oldest first; raises StoreError for one not kept by month."""
        if family not in MONTHLY:
            raise StoreError(f"{family} is not kept by month; retention is for {', '.join(MONTHLY)}")
        return {_month(index): int(self._client.count(index=index)["count"]) for index in self.months(family)}

    def drop_months(self, family: str, before: str, keep: Collection[str]) -> dict[str, int]:
        """Deletes a family's indices of months before `before` that are not in `keep`; what each held, by month."""
        held = self.month_counts(family)
        gone = [index for index in self.months(family) if _month(index) < before and _month(index) not in keep]
        if gone:
            self._client.indices.delete(index=gone)
        self._existing -= set(gone)
        return {_month(index): held.get(_month(index), 0) for index in gone}

    def details(self) -> dict[str, Value]:
        """Health, versions of the nodes, indices and our schema version; what a key may not see is left out."""
        told: dict[str, Value] = {"schema_version": SCHEMA_VERSION, "indices": len(self._existing)}
        with suppress(AuthorizationException):
            health = self._client.cluster.health()
            told |= {"health": health["status"], "nodes": health["number_of_nodes"], "unassigned_shards": health["unassigned_shards"]}
            nodes = self._client.nodes.info(filter_path="nodes.*.version").body.get("nodes", {})
            told["versions"] = [*sorted({str(node["version"]) for node in nodes.values()})]
        return told

    def recreate_derived(self) -> None:
        """Deletes the indices of the families of `fields.REBUILT` and makes them anew, empty."""
        names = [single_index(self._prefix, family) for family in REBUILT]
        self._client.indices.delete(index=names, ignore_unavailable=True)
        self._existing -= set(names)
        self.create(names)

    def put_templates(self, *, with_aliases: bool = True) -> None:
        """Puts templates that are missing or other than ours; without aliases, indices made by them are not read yet."""
        quiet = self._client.options(ignore_status=404)  # no match for a pattern answers 404 here
        cluster, indices = self._client.cluster, self._client.indices
        there = quiet.cluster.get_component_template(name=f"{self._prefix}-component-*").body.get("component_templates", [])
        digests = {one["name"]: one["component_template"].get("_meta", {}).get("digest") for one in there}
        for made in components(self._prefix):
            if digests.get(made.name) != made.meta["digest"]:
                cluster.put_component_template(name=made.name, template=made.body, meta=made.meta)
        there = quiet.indices.get_index_template(name=f"{self._prefix}-*").body.get("index_templates", [])
        digests = {one["name"]: one["index_template"].get("_meta", {}).get("digest") for one in there}
        for made in templates(self._prefix, with_aliases=with_aliases):
            if digests.get(made.name) != made.meta["digest"]:
                parts, patterns = list(made.composed_of), list(made.patterns)
                indices.put_index_template(
                    name=made.name, index_patterns=patterns, priority=500, composed_of=parts, template=made.body, meta=made.meta
                )

    def create(self, names: Iterable[str]) -> None:
        """Makes indices that are not known to exist."""
        missing = sorted(set(names) - self._existing)
        # The master joins creations that wait at the same time into one change of the cluster state.
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(self._create_one, missing))
        self._existing |= set(missing)

    def _create_one(self, name: str) -> None:
        try:
            self._client.indices.create(index=name)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":  # another process was faster
                raise


def _month(index: str) -> str:
    return index[-7:].replace(".", "-")
