"""Records what cfssl's own flag parser makes of argument vectors; see README.md.

    record.py PROBE CFSSL CONFIG_GO > outcomes.jsonl
"""
import json
import os
import re
import subprocess
import sys

PROBE, CFSSL, CONFIG_GO = sys.argv[1:]
REGISTRATIONS = re.findall(r'f\.(\w+)Var\(&\w+\.(\w+), "([^"]+)"', open(CONFIG_GO).read())
VARIABLES = {variable: name for _, variable, name in REGISTRATIONS}
TEXTS = {variable for kind, variable, _ in REGISTRATIONS if kind == "String"}

VECTORS = r"""

-ca=x
--ca=x
-ca x
--ca x
-ca x -ca y
-ca x -ca=
-ca=
-ca= a
-ca  a
 -ca x
-ca=a=b
-ca== a
-ca -ca-key
-ca -- a
-ca - a
-ca
--ca
-ca x -ca-key
-initca
--initca
-initca=true
-initca=1
-initca=t
-initca=T
-initca=TRUE
-initca=True
-initca=0
-initca=f
-initca=F
-initca=false
-initca=FALSE
-initca=False
-initca -initca=false
-initca=tRUE
-initca=yes
-initca=
-initca=maybe
-initca=\xff
-initca true
-initca false a
-initca false -ca x
a
a -ca x
- -ca x
-ca x - -ca y
-- -ca x
--
-- --
-ca x -- -- a
-- a -h
--- a
---
---ca=x
-=x
--=x
-= -h
-bogus
--bogus
-bogus=1
-bogus -h
-BOGUS=a=b
-CA x
-ca\x20 x
-sn 1
-host a
-self
-mutual-tls-cert a
-mutual-tls-key a
-h
-help
--h
--help
-h=1
-help=
-H
-?
-ca x -h
-ca -h
-port abc -h
-h -bogus
a -h
-- -h
-port 1
-port=0x10
-port 0X1f
-port 0b1
-port 0B11
-port 0o17
-port 0O7
-port 010
-port 0
-port 00
-port -0
-port +5
-port -5
-port=-0x10
-port 1_000
-port 0x_1_f
-port 0_7
-port 1__0
-port _1
-port 1_
-port 0_
-port 0x_
-port 0x
-port 0b2
-port 08
-port 9223372036854775807
-port -9223372036854775808
-port 9223372036854775808
-port -9223372036854775809
-port 0x7fffffffffffffff
-port 0xffffffffffffffff
-port 18446744073709551616
-port 99999999999999999999
-port 99999999999999999999x
-port 9999999999999999999x
-port 1__99999999999999999999
-port abc
-port=
-port 1.0
-port 1e3
-port \x201
-port 1\x20
-port --1
-port +-1
-port +
-port -
-port \xd9\xa1
-port \xff
-port 1 -port 2
-port x -port 2
-loglevel 0
-loglevel=-1
-loglevel 99
-loglevel 0x
-num-workers 3 -max-hosts 0x20
-expiry 1h
-expiry=1h30m
-expiry 0
-expiry -1h
-expiry +1.5s
-expiry .5m
-expiry 1.h
-expiry 1us
-expiry 1\xc2\xb5s
-expiry 1\xce\xbcs
-expiry 1ms1ns
-expiry 2562047h47m16.854775807s
-expiry -2562047h47m16.854775808s
-expiry 2562048h
-expiry 10
-expiry 1d
-expiry
-expiry=
-expiry .s
-expiry 1\x20h
-expiry \xff
-interval 48h -timeout 1s
-timeout abc
-ca \xff\xfe a\xff
-ca=\xff
-\xff
-\xff=1
-cert caf\xc3\xa9
-hostname a,b\x20c -cn \"q\"
-port \"q\\
-port \x09\x0a\x7f
-port '
-initca=caf\xc3\xa9
-flavor=
-flavor optimal
-password -initca
-config=
-path /x -status revoked -reason 1 -revoked-at 2020-01-01
-address -port -1 9
-renewca -list -initca=0 x y z
-aki a -serial 1 -crl http://x/ -usage u -pgp-private p -pgp-name n -authkey k
-tls-cert a -tls-key b -tls-remote-ca c -mutual-tls-ca d -mutual-tls-cn e -mutual-tls-client-cert f -mutual-tls-client-key g
-db-config a -responder b -responder-key c -responses d -intermediates e -int-bundle f -int-dir g -ca-bundle h
-metadata a -domain b -ip c -remote d -label e -profile f -family g -scanner h -csv i -disable j -min-tls-version k -csr l -key m
"""


def main():
    print(json.dumps({"args": [], "flags": flags(run(PROBE, []).stdout, []), "positionals": []}))
    for line in VECTORS.split("\n")[1:-1]:
        args = [word.encode().decode("unicode_escape") for word in line.split(" ")] if line else []
        print(json.dumps({"args": args, **outcome([arg.encode("latin-1") for arg in args])}))


def outcome(args):
    probe = run(PROBE, args)
    cfssl = run(CFSSL, args)
    assert probe.returncode == cfssl.returncode, (args, probe, cfssl)
    message = probe.stderr.decode("latin-1").removesuffix("\tUSAGE\n  -loglevel=1: Log level (0 = DEBUG, 5 = FATAL)\n")
    assert cfssl.stderr.startswith(message.encode("latin-1")), (args, probe, cfssl)
    if probe.returncode == 2:
        return {"mistake": message.removesuffix("\n")}
    if probe.stderr:
        return {"help": True}
    return {"flags": flags(probe.stdout, DEFAULTS), "positionals": positionals(probe.stdout)}


def flags(report, defaults):
    return {VARIABLES[name]: value for name, value in values(report) if (name, value) not in defaults}


def values(report):
    pairs = [tuple(line.split(" ")) for line in report.decode().splitlines() if not line.startswith("arg ")]
    return [(name, unhex(value) if name in TEXTS else value) for name, value in pairs]


def positionals(report):
    return [unhex(line[4:]) for line in report.decode().splitlines() if line.startswith("arg ")]


def unhex(text):
    return bytes.fromhex(text).decode("latin-1")


def run(program, args):
    return subprocess.run([program, b"version", *args], capture_output=True, env={**os.environ, "LC_ALL": "C"})


DEFAULTS = values(run(PROBE, []).stdout)
main()
