"""The kernels as machine code: compiled once by numba, kept in a file, and loaded without it.

numba costs a start more than reading a million rows does; llvmlite, which it brings, loads what it has made in some
milliseconds. The file is for this processor, these libraries and these sources; any other is made anew.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

_SOURCES = ("native.py", "scan.py", "kernels.py", "sets.py", "coding.py", "groups.py", "sums.py", "compiled.py")
_TYPES = {
    "u1": ctypes.c_uint8,
    "u2": ctypes.c_uint16,
    "u4": ctypes.c_uint32,
    "u8": ctypes.c_uint64,
    "i8": ctypes.c_int64,
}
_WORTH = 64 << 20  # bytes that take the exact checker longer than compiling does
Kernel = Callable[..., int]


def folder() -> Path:
    """Where compiled kernels are kept: OPENBUDGET_CACHE, or the person's folder for caches. OSError where there is none."""
    given = os.environ.get("OPENBUDGET_CACHE")
    if given:
        return Path(given)
    try:
        home = Path.home()
    except RuntimeError as error:  # nobody's home
        raise OSError(str(error)) from error
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(home)
    else:
        base = os.environ.get("XDG_CACHE_HOME") or str(home / ".cache")
    return Path(base) / "openbudget"


def kept() -> Path:
    """The file of this processor, these libraries and these sources."""
    digest = hashlib.sha256()
    for name in _SOURCES:
        digest.update((Path(__file__).parent / name).read_bytes())
    for part in (version("llvmlite"), version("numba"), sys.platform, llvm.get_host_cpu_name()):
        digest.update(part.encode())
    digest.update(llvm.get_host_cpu_features().flatten().encode())
    return folder() / f"kernels-{digest.hexdigest()[:24]}"


def usable(size: int) -> bool:
    """Whether a table of so many bytes is checked sooner with kernels than without: where they have to be compiled and
    cannot be kept, it has to be larger."""
    try:
        path = kept()
        if path.is_file():
            return True
        if find_spec("numba") is None:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.access(path.parent, os.W_OK) or size >= _WORTH
    except PackageNotFoundError:  # llvmlite without numba
        return False
    except OSError:
        return size >= _WORTH


@cache
def kernels() -> Mapping[str, Kernel]:
    """The kernels by name. They may be called by several threads at once, and hold no lock of Python's."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    loaded = None
    with suppress(OSError):
        loaded = _opened(kept().read_bytes())
    if loaded is None:
        signatures, code = _compiled()
        loaded = signatures, code
        with suppress(OSError):
            _keep(signatures, code)
    return _linked(*loaded)


def _opened(content: bytes) -> tuple[dict[str, str], bytes] | None:
    """Signatures and code of a file that is whole."""
    if hashlib.sha256(content[32:]).digest() != content[:32]:
        return None
    size = int.from_bytes(content[32:36], "big")
    return json.loads(content[36 : 36 + size]), content[36 + size :]


def _keep(signatures: Mapping[str, str], code: bytes) -> None:
    head = json.dumps(signatures).encode()
    body = len(head).to_bytes(4, "big") + head + code
    path = kept()
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(name, path)
    except OSError:
        with suppress(OSError):
            os.unlink(name)
        raise


def _compiled() -> tuple[dict[str, str], bytes]:
    """Compile all kernels into one piece of machine code."""
    from openbudget.tabular.fast import coding as _coding  # noqa: F401 (they enlist themselves)
    from openbudget.tabular.fast import groups as _groups  # noqa: F401
    from openbudget.tabular.fast import kernels as _cells  # noqa: F401
    from openbudget.tabular.fast import scan as _scan  # noqa: F401
    from openbudget.tabular.fast import sets as _sets  # noqa: F401
    from openbudget.tabular.fast import sums as _sums  # noqa: F401
    from openbudget.tabular.fast.native import KERNELS

    whole = llvm.parse_assembly("")
    for name, (_, function) in KERNELS.items():
        (made,) = function.overloads.values()
        module = made.library._final_module.clone()
        module.get_function(made.fndesc.llvm_func_name).name = f"openbudget_{name}"
        whole.link_in(module)
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, jit=True
    )
    return {name: signature for name, (signature, _) in KERNELS.items()}, machine.emit_object(whole)


def _linked(signatures: Mapping[str, str], code: bytes) -> dict[str, Kernel]:
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _alive.append(engine)
    return {
        name: _called(engine.get_function_address(f"openbudget_{name}"), signature)
        for name, signature in signatures.items()
    }


_alive: list[Any] = []  # engines, whose code goes when they go


def _called(address: int, signature: str) -> Kernel:
    """A kernel as a function of Python: numba's convention is a place for the result, one for an exception (there are
    none), and the arguments."""
    result, given = signature.rstrip(")").split("(")
    kinds = [ctypes.c_void_p if name.strip().endswith("*") else _TYPES[name.strip()] for name in given.split(",")]
    function = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, *kinds)(address)
    kind = _TYPES[result]

    def call(*arguments: int) -> int:
        value, exception = kind(), ctypes.c_void_p()
        function(ctypes.addressof(value), ctypes.addressof(exception), *arguments)
        return int(value.value)

    return call
