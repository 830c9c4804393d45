-- SPDX-License-Identifier: Apache-2.0
-- The panel's power switch and the shutdown sequence: installation procedure 1.3.2(4).
local hosts = use "hosts"
local procedure = use "procedures"

local ways = { host = hosts.each_row, region = hosts.regions, via = { "line", "key" } }

scenario {
  id = "PWR-01",
  title = "The switch held for 3 s or more starts the shutdown sequence",
  requirements = { "PWR-01" },
  matrix = ways,
  unit = procedure.unit,
  steps = function(p) return {
    procedure.start(),
    switch.hold { duration = "3 s", via = p.via },
    expect.unit { state = "shutdown-asked", within = "1 s" },
    panel.press { key = "cancel" },
    expect.unit { state = "ready", within = "1 s", text = "Cancelled, the unit is ready again" },
    switch.hold { duration = "5 s", via = p.via },
    expect.unit { state = "shutdown-asked", within = "1 s" },
    panel.press { key = "ok" },
    expect.unit { state = "may-power-off", within = "1 min" },
    power.off {},
    expect.power { on = false },
  } end,
}

scenario {
  id = "PWR-08",
  title = "The switch held for less than 3 s does not start the shutdown",
  requirements = { "PWR-08" },
  matrix = ways,
  unit = procedure.unit,
  steps = function(p)
    local steps = { procedure.start() }
    for _, duration in ipairs { "50 ms", "1 s", "2 s", "2900 ms" } do
      table.insert(steps, {
        switch.hold { duration = duration, via = p.via },
        wait.time { duration = "5 s" },
        expect.unit { state = "ready", text = "The unit is still ready after " .. duration },
      })
    end
    return steps
  end,
}
