-- SPDX-License-Identifier: Apache-2.0
-- Pieces of the installation procedure that scenarios share. Each returns a list of steps.
local procedure = {}

procedure.kit = "iR Security Kit-A2"

-- A unit with a small disk: its first start after registration takes a moment, not half an hour.
function procedure.unit(p)
  return { host = p.host, region = p.region, disk_mb = 8 }
end

-- The same for scenarios that have no host in their matrix; `more` adds to it.
function procedure.small(more)
  local unit = { disk_mb = 8 }
  for name, value in pairs(more or {}) do unit[name] = value end
  return unit
end

function procedure.start()
  return { power.on {}, wait.ready { within = "10 min" } }
end

-- 1.3.2(4): the switch for 3 s, the shutdown sequence, main power off.
function procedure.shutdown()
  return {
    switch.hold { duration = "3 s" },
    wait.state { state = "shutdown-asked" },
    panel.press { key = "ok" },
    wait.state { state = "may-power-off", within = "1 min" },
    power.off {},
  }
end

-- … 10 s, on.
function procedure.restart()
  return {
    procedure.shutdown(),
    wait.time { duration = "10 s" },
    power.on {},
    wait.ready {},
  }
end

-- The same, up to the moment when the unit is seen to erase.
function procedure.restart_to_erase()
  return {
    procedure.shutdown(),
    wait.time { duration = "10 s" },
    power.on {},
    wait.state { state = "erasing", within = "1 min" },
  }
end

-- A valid key is accepted; it is in the variable "key".
function procedure.register()
  return {
    licence.issue { as = "key" },
    panel.register { key = var "key" },
    expect.outcome { is = "accepted", requirements = { "LIC-01" } },
  }
end

-- From power-on to the kit in force.
function procedure.activate()
  return { procedure.start(), procedure.register(), procedure.restart() }
end

-- 1.3.3: a service mode item, and the power cycle after which it counts.
function procedure.set(item, value)
  return {
    service.enter {},
    service.set { item = item, value = value },
    procedure.restart(),
  }
end

-- The kit in force, and the erase mode `mode`.
function procedure.activate_in_mode(mode)
  local steps = { procedure.activate() }
  if mode ~= 1 then table.insert(steps, procedure.set("erase-mode", mode)) end
  return steps
end

-- A whole erase in the mode in force: the data encryption key is re-generated.
function procedure.erase_all()
  return { key.regenerate {}, wait.ready { within = "4 h" } }
end

-- Up to the moment when the unit is seen to erase all.
function procedure.begin_erase()
  return { key.regenerate {}, wait.state { state = "erasing", within = "10 s" } }
end

-- The kit is put out of force; the transfer number is in the variable "transfer".
function procedure.invalidate()
  return {
    service.enter {},
    licence.invalidate { as = "transfer" },
    wait.ready { within = "4 h" },
  }
end

-- Erased: the unit says so, and it is so. `failed`: commands had failed on the way, in an earlier start.
function procedure.erased(mode, requirements, failed)
  return {
    expect.unit { state = "ready", requirements = requirements },
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete", requirements = requirements, text = "The erase is reported complete" },
    expect.number { value = var "report_mode", is = mode, requirements = requirements, text = "The mode is the one in force" },
    expect.number { value = var "report_passes", is = ({ 1, 1, 3 })[mode], requirements = requirements, text = "All passes are reported" },
    failed and {} or expect.number { value = var "report_errors", is = 0, requirements = requirements, text = "No command failed" },
    expect.disk_erased { is = mode == 1 and "zero" or "random", requirements = requirements },
  }
end

-- Whatever happened, the erase ends at this start, and what it promises is so.
function procedure.recovers(mode, requirements)
  return {
    wait.ready { within = "4 h" },
    expect.licence { is = "active", requirements = requirements },
    procedure.erased(mode, requirements),
    expect.number { value = var "report_starts", at_least = 2, requirements = requirements, text = "The report counts the starts that it took" },
  }
end

-- The main power fails and comes back; the unit is on its way up.
function procedure.fail_power()
  return { power.off {}, wait.time { duration = "10 s" }, power.on {} }
end

-- The same in the middle of an erase; where it has ended before, nothing is tested.
function procedure.cut_erase()
  return { power.off { during = "erase" }, wait.time { duration = "10 s" }, power.on {} }
end

-- After an armed cut: off by the switch, and on again.
function procedure.after_cut()
  return { wait.power_lost { within = "3 min" }, power.off {}, wait.time { duration = "10 s" }, power.on {} }
end

-- The same where what was armed for need not be: a unit writes as often as it does.
function procedure.after_possible_cut()
  return { wait.power_lost { within = "30 s", optional = true }, cut.disarm {}, power.off {}, wait.time { duration = "10 s" }, power.on {} }
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
