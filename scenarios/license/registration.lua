-- SPDX-License-Identifier: Apache-2.0
-- Registering a valid licence key: installation procedure 1.3.2.
local hosts = use "hosts"
local procedure = use "procedures"

scenario {
  id = "LIC-01",
  title = "A key bound to this unit's serial number is accepted",
  requirements = { "LIC-01" },
  effects = { "consumes-licence", "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted" },
    expect.licence { is = "pending" },
    procedure.restart(),
    expect.licence { is = "active" },
  },
}

scenario {
  id = "LIC-05",
  title = "Registering again while the licence is active is refused",
  requirements = { "LIC-05", "MSG-02" },
  effects = { "consumes-licence", "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.activate(),
    read.snapshot { as = "before" },
    panel.register { key = var "key" },
    expect.outcome { is = "already-enabled", requirements = { "LIC-05" } },
    expect.panel { is = message.already_enabled },
    expect.unchanged { since = "before", requirements = { "LIC-05" } },
    licence.issue { access = "123456789012345678901234", as = "second" },
    panel.register { key = var "second", text = "Register a second valid key of this unit" },
    expect.outcome { is = "already-enabled", requirements = { "LIC-05" } },
    expect.unchanged { since = "before", requirements = { "LIC-05" } },
  },
}

scenario {
  id = "LIC-06",
  title = "The licence takes effect at the next power-on, not before, and stays",
  requirements = { "LIC-06", "BOO-04", "BOO-06" },
  effects = { "consumes-licence", "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    expect.configuration { lacks = procedure.kit, requirements = { "BOO-06" } },
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", requirements = { "LIC-01" } },
    expect.licence { is = "pending", requirements = { "LIC-06" } },
    expect.configuration { lacks = procedure.kit, requirements = { "LIC-06", "BOO-06" } },
    wait.time { duration = "10 min" },
    expect.licence { is = "pending", requirements = { "LIC-06" }, text = "The licence is still pending after ten minutes" },
    procedure.restart(),
    expect.licence { is = "active", requirements = { "LIC-06" } },
    expect.configuration { lists = procedure.kit, requirements = { "BOO-04" } },
    procedure.restart(),
    expect.licence { is = "active", requirements = { "LIC-06" }, text = "The licence is active after one more start" },
    expect.configuration { lists = procedure.kit, requirements = { "BOO-04" } },
  },
}

scenario {
  id = "LIC-11",
  title = "Access number and serial number yield the key at the LMS; the key carries the serial",
  requirements = { "LIC-11", "LIC-02" },
  effects = { "consumes-licence" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    licence.issue { access = "123456789012345678901234", as = "key" },
    licence.issue { access = "123456789012345678901234", as = "again" },
    licence.issue { access = "123456789012345678901234", serial = "XYZ98765", as = "foreign" },
    licence.issue { access = "432109876543210987654321", as = "other" },
    expect.same { a = "key", b = "again", requirements = { "LIC-11" }, text = "The same numbers yield the same key" },
    expect.differ { a = "key", b = "foreign", requirements = { "LIC-11" }, text = "Another serial number yields another key" },
    expect.differ { a = "key", b = "other", requirements = { "LIC-11" }, text = "Another access number yields another key" },
    expect.that {
      text = "The key has 24 digits",
      requirements = { "LIC-11" },
      check = function(v) return v.key:match("^%d+$") ~= nil and #v.key == 24, #v.key .. " characters: " .. v.key end,
    },
    panel.register { key = var "foreign" },
    expect.outcome { is = "incorrect-key", requirements = { "LIC-02", "LIC-11" } },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", requirements = { "LIC-11" } },
  },
}
