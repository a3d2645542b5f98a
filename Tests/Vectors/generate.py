#!/usr/bin/env python3
"""Writes the vectors of this folder, or with --check says which of them differ from what it would write.

Everything is made from the fixed keys under keys/ by a naive signer in generator/ that shares nothing with the Swift
code. The same input gives the same files: PKCS#1 v1.5 and Ed25519 signatures have no randomness.
"""
import importlib
import sys
from pathlib import Path

from generator import canonicalization, signing

HERE = Path(__file__).resolve().parent
MODULES = ["algorithms", "ed25519", "taglist", "domains", "headers", "limits", "base64", "keys", "forms",
           "messages", "published"]


def wanted_files():
    files = {}
    for module in MODULES:
        for area in importlib.import_module(f"generator.cases_{module}").build():
            assert not files.keys() & area.files.keys()
            files |= area.files
    files["canonicalization.json"] = canonicalization.document()
    files["signing.json"] = signing.document()
    files["character-strings.json"] = signing.strings_document()
    return files


def main():
    files = wanted_files()
    present = {str(path.relative_to(HERE)) for path in [*HERE.glob("verification/*.vector"), *HERE.glob("*.json")]}
    stale = sorted(present - files.keys())
    changed = sorted(name for name, data in files.items()
                     if name not in present or (HERE / name).read_bytes() != data)
    if "--check" in sys.argv[1:]:
        for name in stale + changed:
            print(f"differs: {name}")
        sys.exit(1 if stale or changed else 0)
    for name in changed:
        (HERE / name).write_bytes(files[name])
    for name in stale:
        (HERE / name).unlink()
    print(f"{len(files)} files, {len(changed)} written, {len(stale)} removed")


if __name__ == "__main__":
    main()
