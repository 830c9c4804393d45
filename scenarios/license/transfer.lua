-- SPDX-License-Identifier: Apache-2.0
-- Invalidation and the transfer number (later licence manuals of the same maker), and the Remote UI.
local procedure = use "procedures"

local function is_number(requirements)
  return expect.that {
    text = "The transfer number has 24 digits",
    requirements = requirements,
    check = function(v) return v.transfer:match("^%d+$") ~= nil and #v.transfer == 24, #v.transfer .. " characters" end,
  }
end

scenario {
  id = "LIC-08",
  title = "Invalidation yields a 24-digit transfer number and puts the kit out of force",
  requirements = { "LIC-08" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { region = { "EU", "US" } },
  unit = function(p) return procedure.small { region = p.region } end,
  steps = {
    procedure.activate(),
    procedure.invalidate(),
    is_number { "LIC-08" },
    expect.licence { is = "none" },
    expect.configuration { lacks = procedure.kit },
    procedure.restart(),
    expect.licence { is = "none", text = "The licence is none after one more start" },
  },
}

scenario {
  id = "LIC-08-denied",
  title = "The licence can be invalidated in service mode only",
  requirements = { "LIC-08" },
  effects = { "consumes-licence", "erases", "irreversible" },
  unit = procedure.small(),
  steps = {
    procedure.activate(),
    licence.invalidate { answer = "denied" },
    expect.licence { is = "active" },
    procedure.restart(),
    expect.licence { is = "active" },
  },
}

-- The response to a transferred key is not documented: it must not be accepted.
scenario {
  id = "LIC-09",
  title = "A transferred key never works again in this unit, whatever part is replaced",
  requirements = { "LIC-09" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { part = { "none", "disk", "controller", "counter" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    procedure.invalidate(),
    panel.register { key = var "key" },
    expect.outcome { is_not = "accepted" },
    procedure.shutdown(),
    p.part == "none" and {} or part.replace { which = p.part },
    power.on {},
    wait.ready {},
    panel.register { key = var "key" },
    expect.outcome { is_not = "accepted", text = "Nor is it accepted after the next start" },
    expect.licence { is = "none" },
    procedure.restart(),
    expect.licence { is = "none" },
    expect.configuration { lacks = procedure.kit },
  } end,
}

scenario {
  id = "LIC-09-new-key",
  title = "After a transfer another key of this unit activates the kit again",
  requirements = { "LIC-01" },
  effects = { "consumes-licence", "erases", "irreversible" },
  unit = procedure.small(),
  steps = {
    procedure.activate(),
    procedure.invalidate(),
    licence.issue { access = "123456789012345678901234", as = "second" },
    panel.register { key = var "second" },
    expect.outcome { is = "accepted" },
    procedure.restart(),
    expect.licence { is = "active" },
  },
}

scenario {
  id = "LIC-10",
  title = "A key cannot be registered through the Remote UI",
  requirements = { "LIC-10" },
  effects = { "erases" },
  matrix = { host = { "iR2270", "iR6570", "iRC5870" } },
  unit = function(p) return procedure.small { host = p.host } end,
  steps = {
    procedure.start(),
    read.snapshot { as = "before" },
    licence.issue { as = "key" },
    licence.remote { key = var "key", answer = "denied" },
    procedure.nothing_changed { "LIC-10" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", text = "It was a valid key: the panel accepts it" },
  },
}
