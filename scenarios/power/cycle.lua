-- SPDX-License-Identifier: Apache-2.0
-- Main power off and on: installation procedure 1.3.2(4).
local hosts = use "hosts"
local procedure = use "procedures"

scenario {
  id = "PWR-07",
  title = "Main power off, 10 s, on: the unit starts",
  requirements = { "PWR-07" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = {
    procedure.start(),
    power.cycle { off = "10 s" },
    wait.ready { within = "10 min" },
    expect.unit { state = "ready" },
    expect.power { on = true },
  },
}

scenario {
  id = "PWR-09",
  title = "Off for less than 10 s is survived, with the licence",
  requirements = { "PWR-09" },
  effects = { "consumes-licence", "erases" },
  matrix = hosts.matrix,
  unit = procedure.unit,
  steps = function()
    local steps = { procedure.activate() }
    for _, off in ipairs { "10 us", "1 ms", "100 ms", "1 s", "9 s" } do
      table.insert(steps, {
        power.cycle { off = off },
        wait.ready { within = "10 min" },
        expect.unit { state = "ready", text = "The unit starts after " .. off .. " without power" },
        expect.licence { is = "active", text = "The licence survives " .. off .. " without power" },
      })
    end
    return steps
  end,
}
