-- SPDX-License-Identifier: Apache-2.0
-- Pieces of the installation procedure that scenarios share. Each returns a list of steps.
local procedure = {}

procedure.kit = "iR Security Kit-A2"

-- A unit with a small disk: its first start after registration takes seconds, not half an hour.
function procedure.unit(p)
  return { host = p.host, region = p.region, disk_mb = 200 }
end

function procedure.start()
  return { power.on {}, wait.ready { within = "10 min" } }
end

-- 1.3.2(4): the switch for 3 s, the shutdown sequence, main power off, 10 s, on.
function procedure.restart()
  return {
    switch.hold { duration = "3 s" },
    wait.state { state = "shutdown-asked" },
    panel.press { key = "ok" },
    wait.state { state = "may-power-off", within = "1 min" },
    power.cycle { off = "10 s" },
    wait.ready {},
  }
end

-- From power-on to the kit in force; the key is in the variable "key".
function procedure.activate()
  return {
    procedure.start(),
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", requirements = { "LIC-01" } },
    procedure.restart(),
  }
end

-- A refusal changed nothing, now and after the next start.
function procedure.nothing_changed(requirements)
  return {
    expect.unchanged { since = "before", requirements = requirements },
    procedure.restart(),
    expect.licence { is = "none", requirements = requirements },
    expect.configuration { lacks = procedure.kit, requirements = requirements },
  }
end

return procedure
