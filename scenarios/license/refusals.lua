-- SPDX-License-Identifier: Apache-2.0
-- Licence keys that must be refused.
local hosts = use "hosts"
local procedure = use "procedures"

scenario {
  id = "LIC-02",
  title = "A key of another device is refused with message 2 and nothing changes",
  requirements = { "LIC-02", "MSG-02" },
  effects = { "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    read.snapshot { as = "before" },
    licence.issue { serial = "XYZ98765", as = "foreign" },
    panel.register { key = var "foreign" },
    expect.outcome { is = "incorrect-key", requirements = { "LIC-02" } },
    expect.panel { is = message.incorrect_key, requirements = { "LIC-02", "MSG-02" } },
    procedure.nothing_changed { "LIC-02" },
  },
}

local function try_altered(position, by)
  return {
    licence.alter { key = var "key", position = position, by = by, as = "altered" },
    panel.register { key = var "altered" },
    expect.outcome { is = "incorrect-key", requirements = { "LIC-03" } },
    expect.panel { is = message.incorrect_key, requirements = { "LIC-03", "MSG-02" } },
  }
end

scenario {
  id = "LIC-03",
  title = "A key with any one digit altered is refused with message 2",
  requirements = { "LIC-03", "MSG-02" },
  effects = { "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = function(p)
    local steps = { procedure.start(), read.snapshot { as = "before" }, licence.issue { as = "key" } }
    for position = 1, 24 do
      table.insert(steps, try_altered(position, 1 + (position * 4 + #p.host) % 9))
    end
    table.insert(steps, procedure.nothing_changed { "LIC-03" })
    return steps
  end,
}

scenario {
  id = "LIC-03-every",
  title = "Each of the 216 keys that differ in one digit is refused",
  requirements = { "LIC-03" },
  effects = { "erases" },
  unit = { host = "iR2270", region = "EU", disk_mb = 8 },
  steps = function()
    local steps = { procedure.start(), read.snapshot { as = "before" }, licence.issue { as = "key" } }
    for position = 1, 24 do
      for by = 1, 9 do
        table.insert(steps, {
          licence.alter { key = var "key", position = position, by = by, as = "altered" },
          panel.register { key = var "altered" },
          expect.outcome { is = "incorrect-key" },
        })
      end
    end
    table.insert(steps, procedure.nothing_changed { "LIC-03" })
    return steps
  end,
}

scenario {
  id = "LIC-04",
  title = "A key of another option does not activate this kit",
  requirements = { "LIC-04" },
  effects = { "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    read.snapshot { as = "before" },
    licence.issue { option = "other-option", as = "other" },
    panel.register { key = var "other", text = "Register the other option's key (the response is not documented)" },
    expect.outcome { is_not = "accepted" },
    procedure.nothing_changed { "LIC-04" },
  },
}

scenario {
  id = "LIC-12",
  title = "Refusals change no state, never echo the key and take the same number of firmware steps",
  requirements = { "LIC-12" },
  effects = { "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = function()
    local steps = {
      procedure.start(),
      read.snapshot { as = "before" },
      licence.issue { as = "key" },
      licence.issue { serial = "XYZ98765", as = "k1" },
      licence.issue { option = "other-option", as = "k2" },
      licence.alter { key = var "key", position = 1, by = 3, as = "k3" },
      licence.alter { key = var "key", position = 12, by = 5, as = "k4" },
      licence.alter { key = var "key", position = 16, by = 1, as = "k5" },
      licence.alter { key = var "key", position = 24, by = 1, as = "k6" },
    }
    for i = 1, 6 do
      local key, time = "k" .. i, "t" .. i
      table.insert(steps, {
        panel.register { key = var(key), as = time },
        expect.outcome { is_not = "accepted" },
        expect.panel { lacks = var(key), text = "The panel does not echo the key" },
        expect.console { lacks = var(key), text = "The console does not echo the key" },
        expect.unchanged { since = "before" },
        panel.press { key = "ok", text = "Take the message off the panel, so that each refusal finds it alike" },
      })
      if i > 1 then
        table.insert(steps, expect.same_duration { a = "t1", b = time, text = "Refusal " .. i .. " takes as many steps as the first" })
      end
    end
    table.insert(steps, procedure.nothing_changed { "LIC-12" })
    return steps
  end,
}

scenario {
  id = "LIC-12-accepted",
  title = "An accepted key is not echoed either",
  requirements = { "LIC-12" },
  effects = { "consumes-licence" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", requirements = { "LIC-01" } },
    expect.panel { lacks = var "key" },
    expect.console { lacks = var "key" },
  },
}

local forms = { "drop-last", "append-digit", "blank-inside", "blank-before", "blank-after", "letter-inside", "empty" }

scenario {
  id = "LIC-13",
  title = "A wrong form of a key is refused and changes nothing",
  requirements = { "LIC-13" },
  effects = { "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = function()
    local steps = { procedure.start(), read.snapshot { as = "before" }, licence.issue { as = "key" } }
    for _, form in ipairs(forms) do
      table.insert(steps, {
        licence.reshape { key = var "key", form = form, as = "spoiled" },
        panel.register { key = var "spoiled" },
        expect.outcome { is_not = "accepted" },
        expect.unchanged { since = "before" },
      })
    end
    table.insert(steps, procedure.nothing_changed { "LIC-13" })
    return steps
  end,
}
