-- SPDX-License-Identifier: Apache-2.0
-- Required accessories: installation procedure 1.1.1 and the host table of its second edition.
local hosts = use "hosts"
local procedure = use "procedures"

-- Registration of a valid key is refused with message 1 and leaves no trace.
local function refused(requirement)
  return {
    procedure.start(),
    read.snapshot { as = "before" },
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "missing-features", requirements = { requirement } },
    expect.panel { prefix = message.missing_features_prefix, requirements = { requirement, "MSG-02" } },
    procedure.nothing_changed { requirement },
  }
end

local function accepted(requirement)
  return {
    procedure.start(),
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", requirements = { requirement } },
    procedure.restart(),
    expect.configuration { lists = procedure.kit, requirements = { requirement } },
  }
end

scenario {
  id = "PRE-01",
  title = "Any one required accessory missing: message 1 and no state change",
  requirements = { "PRE-01", "MSG-02" },
  effects = { "erases" },
  matrix = hosts.each_missing(),
  unit = function(p) return { host = p.host, region = p.region, without = { p.missing }, disk_mb = 8 } end,
  steps = refused "PRE-01",
}

scenario {
  id = "PRE-01-fr",
  title = "Message 1 on a French panel is the documented one",
  requirements = { "PRE-01", "MSG-02" },
  effects = { "erases" },
  matrix = { host = hosts.each_row },
  unit = function(p) return { host = p.host, region = "EU", language = "fr", without = { "bus" }, disk_mb = 8 } end,
  steps = {
    procedure.start(),
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "missing-features", requirements = { "PRE-01" } },
    expect.panel { is = message.missing_features_fr, requirements = { "MSG-02" } },
  },
}

scenario {
  id = "PRE-02",
  title = "US units need neither the USB Application Interface Board-D1 nor expansion RAM",
  requirements = { "PRE-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { host = hosts.all },
  unit = function(p) return { host = p.host, region = "US", usb_board = false, ram_mb = 256, disk_mb = 8 } end,
  steps = accepted "PRE-02",
}

scenario {
  id = "PRE-03",
  title = "RAM under 512 MB where the expansion is required: message 1",
  requirements = { "PRE-03" },
  effects = { "erases" },
  matrix = { host = hosts.demanding "ram", ram_mb = { 256, 384, 511 } },
  unit = function(p) return { host = p.host, region = "EU", ram_mb = p.ram_mb, disk_mb = 8 } end,
  steps = refused "PRE-03",
}

local function wrong_buses()
  local list = {}
  for _, host in ipairs(hosts.each_row) do
    for _, region in ipairs(hosts.regions) do
      for _, bus in ipairs { "B1", "C1", "E1" } do
        if bus ~= hosts.by_name[host].bus then table.insert(list, { host = host, region = region, bus = bus }) end
      end
    end
  end
  return list
end

scenario {
  id = "PRE-04",
  title = "The wrong bus variant for the host: message 1",
  requirements = { "PRE-04" },
  effects = { "erases" },
  matrix = wrong_buses(),
  unit = function(p) return { host = p.host, region = p.region, bus = p.bus, disk_mb = 8 } end,
  steps = refused "PRE-04",
}

scenario {
  id = "PRE-06",
  title = "RAM over 512 MB is accepted",
  requirements = { "PRE-06" },
  effects = { "consumes-licence", "erases" },
  matrix = { host = hosts.each_row, region = hosts.regions },
  unit = function(p) return { host = p.host, region = p.region, ram_mb = 1024, disk_mb = 8 } end,
  steps = accepted "PRE-06",
}
