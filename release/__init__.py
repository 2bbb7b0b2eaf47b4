"""Steps that make what people install. Each is a module with a plain function, used by the spec, packages and tests.

- `release.bundle`: the folder that needs no Python (`python3 run.py bundle`)
- `release.contents`: what goes into that folder, and what of the system it needs
- `release.icons`: the program's sign as PNG, ICO and ICNS
- `release.licences`: the licences of everything in the folder
- `release.version_info`: the version as Windows wants it
- `release.entry`: where the frozen program begins
- `release.debian`, `release.tarball`: what Linux installs of that folder (`python3 run.py linux`)
- `release.linux`, `release.manual`, `release.completion`: what both bring besides the program
- `release.wheel`: the wheel and the sdist (`python3 run.py wheel`), tried by `release.matrix` with `release.probe`
"""
