// Three control hosts and as many compute hosts as asked for: a map from path to text.
local computes = std.extVar('computes');
local settings = std.extVar('settings');

// Text is put together with `+`: the format operator takes forty times as long.
local padded(number, width) = local text = std.toString(number); std.repeat('0', width - std.length(text)) + text;
// Addresses are given in the order of the names: compute hosts, then control hosts.
local address(network, number) = '10.' + network + '.' + std.floor(number / 256) + '.' + number % 256;
local racks = std.ceil(computes / 40) + 2;
local host(role, n, index, name) = {
  name: name,
  role: role,
  rack: 'r' + ((n - 1) % racks + 1),
  bmc: address(10, if role == 'control' then 10 + n else 1000 + n),
  addresses: { api: address(20, 11 + index), storage: address(30, 11 + index), tenant: address(40, 11 + index) },
};
local control = [host('control', n, computes + n - 1, 'control-' + n) for n in std.range(1, 3)];
local compute = [host('compute', n, n - 1, 'compute-' + padded(n, 5)) for n in std.range(1, computes)];

local rows(hosts) = { hosts: { [h.name]: { ansible_host: h.addresses.api } for h in hosts } };
local inventory = { oib_control: rows(control), oib_compute: rows(compute) };
local monitors = { global+: { mon_host: std.join(',', [h.addresses.storage for h in control]) } };

local yaml(document) = std.manifestYamlDoc(document, quote_keys=false);
local ini(sections) = std.manifestIni({ sections: sections });

{ 'inventory/hosts.yml': yaml(inventory) }
+ { [path]: yaml(settings.documents[path]) for path in std.objectFields(settings.documents) }
+ { [path]: ini(settings.options[path]) for path in std.objectFields(settings.options) }
+ { [path]: ini(settings.ceph[path] + monitors) for path in std.objectFields(settings.ceph) }
