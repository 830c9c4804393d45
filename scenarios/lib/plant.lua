-- SPDX-License-Identifier: Apache-2.0
-- User data that can be recognised wherever they turn up: rig/content.h.
local plant = {}

-- A text of `length` bytes in which the stamp recurs, so that every piece of it is known.
function plant.text(stamp, length)
  local unit = string.format("WIPERIG-PLANTED-%016x ", stamp)
  return unit:rep(length // #unit + 1):sub(1, length)
end

-- The fourteen items of 1.1.1, in its order; `put` where a user stores it directly, `backup` where one is possible.
plant.items = {
  { name = "address-book", put = true, backup = true },
  { name = "settings", put = true, backup = true },
  { name = "forwarding", put = true, backup = true },
  { name = "meap-applications", put = true, backup = true },
  { name = "meap-licences", put = true, backup = true },
  { name = "sdl-users", put = true, backup = true },
  { name = "meap-data", put = true, backup = true },
  { name = "meap-sms-password", put = true },
  { name = "mode-memory", put = true },
  { name = "inboxes" },
  { name = "scan-modes", put = true },
  { name = "unsent", put = true },
  { name = "image-forms", put = true },
  { name = "job-logs" },
}

function plant.with_backup()
  local list = {}
  for _, item in ipairs(plant.items) do
    if item.backup then table.insert(list, item.name) end
  end
  return list
end

function plant.without_backup()
  local list = {}
  for _, item in ipairs(plant.items) do
    if not item.backup then table.insert(list, item.name) end
  end
  return list
end

-- Something in every item; the SMS password's default comes in the variable "sms_default" first.
function plant.everything(stamp)
  local steps = { data.get { item = "meap-sms-password", as = "sms_default" } }
  for i, item in ipairs(plant.items) do
    if item.put then table.insert(steps, data.put { item = item.name, value = plant.text(stamp + i, 160) }) end
  end
  table.insert(steps, {
    document.store { box = 0, value = plant.text(stamp + 20, 512) },
    document.store { box = 7, value = plant.text(stamp + 21, 200) },
    job.start { kind = "copy", value = plant.text(stamp + 22, 300), as = "planted_job" },
    job.finish { job = var "planted_job", how = "complete" },
  })
  return steps
end

-- Every item holds what everything() put there: otherwise their absence later would say nothing.
function plant.is_there(stamp, requirements)
  local steps = {}
  for i, item in ipairs(plant.items) do
    if item.put then
      table.insert(steps, expect.data { item = item.name, is = plant.text(stamp + i, 160), requirements = requirements })
    end
  end
  table.insert(steps, {
    expect.document { box = 0, is = plant.text(stamp + 20, 512), requirements = requirements },
    expect.document { box = 7, is = plant.text(stamp + 21, 200), requirements = requirements },
    data.get { item = "inboxes", as = "planted_inboxes" },
    expect.text { value = var "planted_inboxes", is = "2", requirements = requirements, text = "There are two documents" },
    data.get { item = "job-logs", as = "planted_logs" },
    expect.text { value = var "planted_logs", is_not = "", requirements = requirements, text = "The job is in the log" },
  })
  return steps
end

-- No item holds anything; the SMS password is its default again.
function plant.is_gone(requirements)
  local steps = {}
  for _, item in ipairs(plant.items) do
    local is = item.name == "meap-sms-password" and var "sms_default" or ""
    table.insert(steps, expect.data { item = item.name, is = is, requirements = requirements })
  end
  table.insert(steps, {
    expect.document { box = 0, is = "", requirements = requirements },
    expect.document { box = 7, is = "", requirements = requirements },
  })
  return steps
end

return plant
