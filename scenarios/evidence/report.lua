-- SPDX-License-Identifier: Apache-2.0
-- What panel, console, log and report say of an erase is the same, and true.
local plant = use "plant"
local procedure = use "procedures"

local system_sectors = 64 -- of the system area, which is no target: at most

-- The last line of the log with these words: its seconds; nil: there is none.
local function logged(log, words)
  local seconds
  for time, text in log:gmatch("(%d+) ([^\r\n]+)") do
    if text:sub(1, #words) == words then seconds = tonumber(time) end
  end
  return seconds
end

scenario {
  id = "EVI-01",
  title = "Panel, console log and report never disagree",
  requirements = { "EVI-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 }, cut = { "no", "yes" } },
  unit = { disk_mb = 64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    console.mark {},
    procedure.begin_erase(),
    wait.progress { percent = 30 },
    expect.panel { is = message.erasing },
    expect.console { lacks = "erase ends" },
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "pending" },
    expect.number { value = var "report_ended", is = 0, text = "No finish time yet" },
    p.cut == "yes" and {
      procedure.fail_power(),
      wait.state { state = "erasing", within = "1 min" },
      expect.panel { is = message.erasing },
      expect.console { lacks = "erase ends" },
      erase.report { as = "report" },
      expect.text { value = var "report_outcome", is = "pending" },
    } or {},
    wait.ready {},
    expect.panel { lacks = message.erasing },
    expect.console { contains = "erase ends" },
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete" },
    log.read { from = 0, as = "log" },
    expect.that {
      text = "The log's last words on the erase are that it ended",
      check = function(v)
        local begins, ends = logged(v.log, "erase begins"), logged(v.log, "erase ends")
        return begins and ends and ends >= begins and not logged(v.log, "erase failed"), v.log
      end,
    },
  } end,
}

scenario {
  id = "EVI-02",
  title = "The recorded finish time is that of the erase's end",
  requirements = { "EVI-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 3 }, cut = { "no", "yes" } },
  unit = { disk_mb = 64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    procedure.begin_erase(),
    p.cut == "yes" and { wait.progress { percent = 50 }, power.off { during = "erase" }, wait.time { duration = "1 h" }, power.on {} } or {},
    wait.ready {},
    erase.report { as = "report" },
    log.read { from = 0, as = "log" },
    expect.that {
      text = "The finish time is the one in the log",
      check = function(v) return v.report_ended == logged(v.log, "erase ends"), v.report_ended .. "; log: " .. v.log end,
    },
    expect.that {
      text = "Between begin and end lies what the erase took, an hour's pause included",
      check = function(v)
        local took = v.report_ended - v.report_began
        local least, most = p.mode == 1 and 2 or 8, p.mode == 1 and 60 or 120
        if p.cut == "yes" then least, most = least + 3600, most + 3700 end
        return took >= least and took <= most, took .. " s"
      end,
    },
    wait.time { duration = "1 h" },
    procedure.restart(),
    erase.report { as = "later" },
    expect.same { a = "report_ended", b = "later_ended", text = "It is the same an hour and a start later" },
    expect.same { a = "report_began", b = "later_began" },
  } end,
}

scenario {
  id = "EVI-04",
  title = "The report has what a certificate records: method, passes, verification, coverage, errors, hidden areas",
  requirements = { "EVI-04" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 }, hidden = { 0, 1500 } },
  unit = function(p) return { disk_sectors = 20000, hpa_sectors = p.hidden } end,
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    read.disk_mark { as = "mark" },
    procedure.erase_all(),
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete" },
    expect.number { value = var "report_mode", is = p.mode, text = "Method" },
    expect.number { value = var "report_passes", is = ({ 1, 1, 3 })[p.mode], text = "Passes" },
    expect.number { value = var "report_errors", is = 0, text = "Errors" },
    expect.verification { kind = var "report_verification", since = "mark" },
    expect.that {
      text = "Sectors and those that stay hidden make the whole disk, but for the system area",
      check = function(v)
        local declared = v.report_hidden == "declared" and v.report_hidden_sectors or 0
        local all = v.report_sectors + declared
        return all <= 20000 and all >= 20000 - system_sectors, v.report_sectors .. " and " .. declared .. " hidden (" .. v.report_hidden .. ")"
      end,
    },
    expect.number { value = var "report_starts", at_least = 1, text = "Starts" },
  } end,
}

-- With a controller of another protocol there are no frames to work anything out from: not judged.
scenario {
  id = "EVI-03",
  title = "What the rig judged by can be worked out once more from the raw traces",
  requirements = { "EVI-03" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 3 }, cut = { "no", "yes" } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.activate_in_mode(p.mode),
    read.panel { as = "panel" },
    data.put { item = "address-book", value = plant.text(130, 300) },
    data.export { item = "address-book", as = "package" },
    erase.request { value = "" , text = "Residual data" },
    wait.ready {},
    procedure.begin_erase(),
    p.cut == "yes" and procedure.fail_power() or {},
    wait.ready { within = "4 h" },
    erase.report { as = "report" },
    licence.history { as = "history" },
    read.panel { as = "panel" },
    panel.register { key = "123456789012345678901234" },
    wait.time { duration = "1 s" },
    expect.recomputed {},
  } end,
}
