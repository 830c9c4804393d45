-- SPDX-License-Identifier: Apache-2.0
-- Service mode level 2: installation procedure 1.3.3; its key sequence is secondary knowledge (unverified).
local procedure = use "procedures"

-- Each way of not pressing Additional Functions, 2 and 8, Additional Functions within ten seconds.
local wrong = {
  none = {},
  ["half"] = { panel.press { key = "additional-functions" }, panel.press { key = "2-and-8" } },
  ["backwards"] = { panel.press { key = "2-and-8" }, panel.press { key = "additional-functions" }, panel.press { key = "2-and-8" } },
  ["twice-the-first"] = { panel.press { key = "additional-functions" }, panel.press { key = "additional-functions" } },
  ["with-another-key"] = {
    panel.press { key = "additional-functions" },
    panel.press { key = "2-and-8" },
    panel.press { key = "counter" },
    panel.press { key = "additional-functions" },
  },
  ["too-slow"] = {
    panel.press { key = "additional-functions" },
    wait.time { duration = "6 s" },
    panel.press { key = "2-and-8" },
    wait.time { duration = "6 s" },
    panel.press { key = "additional-functions" },
  },
}

local ways = {}
for name in pairs(wrong) do table.insert(ways, name) end

scenario {
  id = "SVC-01",
  title = "Service mode is entered by its key sequence only",
  requirements = { "SVC-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { keys = ways },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    wrong[p.keys],
    service.enter { sequence = false, answer = "refused" },
    service.set { item = "erase-mode", value = 2, answer = "refused" },
    wait.time { duration = "15 s" },
    service.enter { answer = "ok", text = "With the right sequence one is let in" },
    service.set { item = "erase-mode", value = 2, answer = "ok" },
    procedure.restart(),
    service.set { item = "erase-mode", value = 3, answer = "refused", text = "It is left at power-off" },
    expect.erase_mode { is = 2 },
  } end,
}

local function item_takes(id, title, item, good, bad, default)
  scenario {
    id = id,
    title = title,
    requirements = { id },
    effects = { "consumes-licence", "erases" },
    unit = procedure.small(),
    steps = function()
      local steps = {
        procedure.activate(),
        service.enter {},
        expect.service { item = item, is = default, text = "Its default is " .. default },
      }
      for _, value in ipairs(bad) do
        table.insert(steps, {
          service.set { item = item, value = value, answer = "refused" },
          expect.service { item = item, is = default, text = "Refused, it is as before" },
        })
      end
      for _, value in ipairs(good) do
        table.insert(steps, {
          service.set { item = item, value = value, answer = "ok" },
          expect.service { item = item, is = value },
        })
      end
      return steps
    end,
  }
end

item_takes("SVC-02", "Erase mode accepts 1, 2, 3 and nothing else; its default is 1", "erase-mode", { 2, 3, 1 },
  { 0, 4, 5, 255, 256, 257, 65537, 2147483649, 4294967295 }, 1)
item_takes("SVC-03", "The job-log display key accepts 0 and 1; its default is 0", "job-log-key", { 1, 0, 1 },
  { 2, 3, 255, 256, 257, 4294967295 }, 0)

-- "With 1 the device answers 0": doubtful wording. What the unit follows is a property of it, and both are tried.
scenario {
  id = "SVC-04",
  title = "Remote job-history requests are answered as the key's setting says",
  requirements = { "SVC-04", "SVC-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { shown = { "with 1", "with 0" } },
  unit = function(p) return procedure.small { history_shown = p.shown == "with 1" } end,
  steps = function(p)
    local function answers(key, requirement, text)
      local shows = (key == 1) == (p.shown == "with 1")
      return {
        job.history { as = "history" },
        expect.that {
          text = text,
          requirements = { requirement },
          check = function(v) return (v.history ~= "0") == shows and v.history ~= "", v.history end,
        },
      }
    end
    return {
      procedure.activate(),
      job.start { kind = "copy", value = "a page", as = "number" },
      job.finish { job = var "number", how = "complete" },
      answers(0, "SVC-04", "With the key at 0"),
      service.enter {},
      service.set { item = "job-log-key", value = 1 },
      answers(0, "SVC-05", "The change has no effect yet"),
      procedure.restart(),
      answers(1, "SVC-04", "With the key at 1"),
    }
  end,
}

scenario {
  id = "SVC-05",
  title = "A changed setting takes effect after the power is cycled",
  requirements = { "SVC-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 2, 3 }, off = { "1 s", "10 s" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate(),
    expect.erase_mode { is = 1 },
    service.enter {},
    service.set { item = "erase-mode", value = p.mode },
    expect.erase_mode { is = 1, text = "Not before the power is cycled" },
    procedure.shutdown(),
    wait.time { duration = p.off },
    power.on {},
    wait.ready {},
    expect.erase_mode { is = p.mode },
    procedure.restart(),
    expect.erase_mode { is = p.mode, text = "It stays" },
  } end,
}
