"""The work as a home-made generator does it: a list of hosts in YAML, Jinja2 templates, PyYAML's dumper.

    python with_jinja.py safe|c HOSTS.yml SETTINGS.yml OUT

`c` takes PyYAML's C loader and dumper, `safe` what `yaml.safe_load` and `yaml.safe_dump` take.
"""

import sys
from pathlib import Path

import jinja2
import yaml


def main(loader: str, hosts: str, settings: str, out: str) -> None:
    load = yaml.CSafeLoader if loader == "c" else yaml.SafeLoader
    dump = yaml.CSafeDumper if loader == "c" else yaml.SafeDumper
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    with open(hosts, encoding="utf-8") as stream:
        listed = yaml.load(stream, Loader=load)["hosts"]
    with open(settings, encoding="utf-8") as stream:
        stated = yaml.load(stream, Loader=load)

    roles: dict[str, list[dict[str, object]]] = {}
    for host in listed:
        roles.setdefault(host["role"], []).append(host)
    monitors = ",".join(host["addresses"]["storage"] for host in roles["control"])

    files = {
        path: yaml.dump(document, Dumper=dump, sort_keys=False)
        for path, document in stated["documents"].items()
    }
    files["inventory/hosts.yml"] = environment.get_template("hosts.yml.j2").render(roles=roles)
    options = environment.get_template("options.conf.j2")
    for path, sections in stated["options"].items():
        files[path] = options.render(sections=sections)
    for path, sections in stated["ceph"].items():
        sections["global"]["mon_host"] = monitors
        files[path] = options.render(sections=sections)

    for path, text in files.items():
        place = Path(out, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
