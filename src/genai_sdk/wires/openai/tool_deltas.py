"""Which call of a tool a fragment in a stream belongs to, where servers number or name them otherwise than OpenAI."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from genai_sdk.wires.ids import new_call_id
from genai_sdk.wires.openai.fields import NO_ARGUMENTS, function_of


class _Slot:
    __slots__ = ("arguments", "ident", "name", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.ident = ""
        self.name = ""
        self.arguments = ""

    @property
    def complete(self) -> bool:
        """Whether the arguments are JSON already, so that another fragment cannot belong to them."""
        try:
            msgspec.json.decode(self.arguments)
        except (msgspec.DecodeError, RecursionError):
            return False
        return True


class ToolDeltas:
    """The calls of one choice: every fragment gets the number of its call, and id and name are said once.

    Servers leave the number out, give all calls the number 0, repeat id and name with each fragment
    (llama-cpp-python 0.3.36) or send new ids with each.
    """

    def __init__(self) -> None:
        self._slots: list[_Slot] = []
        self._by_index: dict[Any, _Slot] = {}

    def __bool__(self) -> bool:
        return bool(self._slots)

    def mend(self, calls: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return fragments as OpenAI would send them."""
        return [self._mended(call) for call in calls]

    def missing(self) -> list[dict[str, Any]]:
        """Return fragments with what calls lack once all have come: an id, or arguments."""
        made: list[dict[str, Any]] = []
        for slot in self._slots:
            if slot.ident and slot.arguments:
                continue
            ident = {} if slot.ident else {"id": new_call_id()}
            function = {} if slot.arguments else {"arguments": NO_ARGUMENTS}
            made.append({"index": slot.number, **ident, "function": function})
        return made

    def _mended(self, call: dict[str, Any]) -> dict[str, Any]:
        index, ident = call.get("index"), call.get("id")
        function = call.get("function")
        slot = self._by_index.get(index)
        if slot is not None and not ident and type(function) is dict and not function.get("name"):
            arguments = function.get("arguments")
            if arguments is None or type(arguments) is str:  # what nearly every fragment is
                slot.arguments += arguments or ""
                return call if call.get("index") == slot.number else {**call, "index": slot.number}
        if "custom" in call and not function:
            return call
        return self._joined(call, index, str(ident or ""), function_of(call))

    def _joined(self, call: dict[str, Any], index: Any, ident: str, function: Mapping[str, Any]) -> dict[str, Any]:
        name, arguments = str(function.get("name") or ""), function.get("arguments") or ""
        slot = self._slot(index, ident, name, arguments)
        if arguments and arguments == slot.arguments and (ident or name) and slot.complete:
            arguments = ""  # the whole call once more, at its end
        slot.arguments += arguments
        made = {key: item for key, item in call.items() if key not in ("id", "function", "name", "arguments")}
        made["index"] = slot.number
        shown: dict[str, Any] = {**function, "arguments": arguments}
        shown.pop("name", None)
        if name and not slot.name:
            slot.name = shown["name"] = name
        if ident and not slot.ident:
            slot.ident = made["id"] = ident
        made["function"] = shown
        return made

    def _slot(self, index: Any, ident: str, name: str, arguments: str) -> _Slot:
        named = next((slot for slot in self._slots if ident and slot.ident == ident), None)
        if named is not None:
            return named
        slot = self._by_index.get(index)
        if slot is None and index is None and self._slots and not (ident or name):
            slot = self._slots[-1]
        if slot is None or self._begins(slot, index, ident, name, arguments):
            slot = self._new(index)
        self._by_index[index] = slot
        return slot

    def _begins(self, slot: _Slot, index: Any, ident: str, name: str, arguments: str) -> bool:
        """Whether a fragment that would go to a call by its number begins another call all the same."""
        if not name or not slot.name:
            return bool(ident and slot.ident and index is None)
        if name != slot.name:
            return True
        if slot.complete:
            return arguments != slot.arguments or bool(ident and slot.ident)
        return bool(ident and slot.ident and index is None)

    def _new(self, index: Any) -> _Slot:
        used = {slot.number for slot in self._slots}
        number = index if type(index) is int and index >= 0 and index not in used else max(used, default=-1) + 1
        slot = _Slot(number)
        self._slots.append(slot)
        return slot
