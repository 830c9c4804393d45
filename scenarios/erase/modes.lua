-- SPDX-License-Identifier: Apache-2.0
-- Erase modes 1, 2, 3: installation procedure 1.3.3(1). What the passes were is watched by monitors; what lies on the
-- disk afterwards is looked at here.
local procedure = use "procedures"

-- Mode 1 at the first start after registration, the others by re-generation of the key.
local function erase_in(mode, requirements)
  return {
    procedure.activate(),
    mode == 1 and {} or { procedure.set("erase-mode", mode), procedure.erase_all() },
    procedure.erased(mode, requirements),
  }
end

-- With and without remainders: of 4 KiB blocks, of megabytes, of whatever a firmware takes at once.
local sizes = { 2048, 4161, 8191, 8192, 16384, 32767, 65537, 100003, 131073 }

scenario {
  id = "ERA-01",
  title = "After an erase every sector holds the mode's last pattern, the odd last block included",
  requirements = { "ERA-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 }, sectors = sizes },
  unit = function(p) return { disk_sectors = p.sectors } end,
  steps = function(p) return erase_in(p.mode, { "ERA-01" }) end,
}

scenario {
  id = "ERA-01-two-disks",
  title = "Both disks of a unit that has two are erased",
  requirements = { "ERA-01" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 } },
  unit = { disk_sectors = 16385, disk2_mb = 5 },
  steps = function(p) return erase_in(p.mode, { "ERA-01" }) end,
}

scenario {
  id = "ERA-02-encrypted",
  title = "Where NULL is written above the encryption, NULL is what the unit's key reads",
  requirements = { "ERA-02" },
  effects = { "consumes-licence", "erases" },
  matrix = { cipher = { "3des-cbc", "aes-256-xts" }, disk2_mb = { 0, 5 } },
  unit = function(p)
    return { disk_sectors = 9999, cipher = p.cipher, null_encrypted = true, disk2_mb = p.disk2_mb > 0 and p.disk2_mb or nil }
  end,
  steps = {
    procedure.activate(),
    procedure.erased(1, { "ERA-02" }),
    expect.windows { is = "zero" },
  },
}

local function one_mode(mode, id, title, requirements)
  scenario {
    id = id,
    title = title,
    requirements = requirements,
    effects = { "consumes-licence", "erases" },
    matrix = { edition = { "en", "fr" }, host = { "iR2270", "iR105i", "iRC6870" } },
    unit = function(p) return procedure.small { host = p.host, edition = p.edition } end,
    steps = {
      procedure.activate(),
      mode == 1 and { expect.erase_mode { is = 1, requirements = requirements, text = "Mode 1 is the default" } } or procedure.set("erase-mode", mode),
      procedure.erase_all(),
      procedure.erased(mode, requirements),
    },
  }
end

one_mode(1, "ERA-02", "Mode 1 writes NULL once; it is the default", { "ERA-02" })
one_mode(2, "ERA-03", "Mode 2 writes random data once", { "ERA-03" })
one_mode(3, "ERA-04", "Mode 3 writes random data three times, each pass complete and of its own", { "ERA-04", "ERA-14" })

local places = { 0, 1, 63, 1000, 7000, 7811 }

-- Fingerprints of some places, in the variables NAME_1, NAME_2 …
local function look(name)
  local steps = {}
  for i, lba in ipairs(places) do
    table.insert(steps, read.sectors { lba = lba, as = name .. "_" .. i })
  end
  return steps
end

local function all_differ(first, second, text)
  local steps = {}
  for i, lba in ipairs(places) do
    table.insert(steps, expect.differ { a = first .. "_" .. i, b = second .. "_" .. i, text = text .. " at LBA " .. lba })
  end
  return steps
end

scenario {
  id = "ERA-05",
  title = "Random passes are random, and differ between places, erases and units",
  requirements = { "ERA-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 2, 3 } },
  unit = { disk_sectors = 7812 },
  steps = function(p)
    local steps = {
      procedure.activate_in_mode(p.mode),
      procedure.erase_all(),
      expect.disk_erased { is = "random" },
      look "first",
      procedure.erase_all(),
      expect.disk_erased { is = "random" },
      look "second",
      all_differ("first", "second", "Two erases differ"),
      procedure.shutdown(),
      unit.swap { to = 1 },
      procedure.start(),
      licence.issue { serial = "XYZ98765", as = "other_key" },
      panel.register { key = var "other_key" },
      expect.outcome { is = "accepted", requirements = { "LIC-01" } },
      procedure.restart(),
      procedure.set("erase-mode", p.mode),
      procedure.erase_all(),
      expect.disk_erased { is = "random", text = "Every sector of the other unit's disk is overwritten: random" },
      look "other",
      all_differ("first", "other", "Two units differ"),
      all_differ("second", "other", "Two units differ"),
    }
    for i = 2, #places do
      table.insert(steps, expect.differ { a = "first_1", b = "first_" .. i, text = "Two sectors differ" })
    end
    return steps
  end,
}

scenario {
  id = "ERA-13",
  title = "A changed mode applies after the power cycle",
  requirements = { "ERA-13", "SVC-05" },
  effects = { "consumes-licence", "erases" },
  unit = procedure.small(),
  steps = {
    procedure.activate(),
    service.enter {},
    service.set { item = "erase-mode", value = 2 },
    expect.erase_mode { is = 1, requirements = { "SVC-05" }, text = "Mode 1 is in force until the power is cycled" },
    procedure.erase_all(),
    procedure.erased(1, { "ERA-13" }),
    procedure.restart(),
    expect.erase_mode { is = 2, requirements = { "SVC-05" } },
    procedure.erase_all(),
    procedure.erased(2, { "ERA-13" }),
  },
}

scenario {
  id = "ERA-13-running",
  title = "An erase that is under way keeps its mode over a power cut and a changed setting",
  requirements = { "ERA-13" },
  effects = { "consumes-licence", "erases" },
  matrix = { from = { 1, 2, 3 }, to = { 1, 2, 3 } },
  unit = { disk_mb = 64 },
  steps = function(p) return {
    procedure.activate_in_mode(p.from),
    service.enter {},
    service.set { item = "erase-mode", value = p.to },
    procedure.begin_erase(),
    wait.progress { percent = 20 },
    procedure.cut_erase(),
    wait.ready {},
    procedure.erased(p.from, { "ERA-13" }),
    expect.erase_mode { is = p.to, requirements = { "ERA-13" }, text = "The mode that was set is in force now" },
  } end,
}

-- Since when an erase is pending, since the registration or since the restart, is not documented: what the unit itself
-- reports of it decides. The mode set in between applies after the restart, or not to an erase that was pending by then.
scenario {
  id = "ERA-13-pending",
  title = "An erase that is reported pending since the registration keeps its mode",
  requirements = { "ERA-13" },
  effects = { "consumes-licence", "erases" },
  matrix = { to = { 2, 3 } },
  unit = procedure.small(),
  steps = function(p) return {
    procedure.start(),
    procedure.register(),
    erase.report { as = "due" },
    service.enter {},
    service.set { item = "erase-mode", value = p.to },
    procedure.restart(),
    erase.report { as = "report" },
    expect.text { value = var "report_outcome", is = "complete", text = "The erase is reported complete" },
    expect.that {
      text = "The mode is the one that was reported pending; if none was, the old or the new one",
      check = function(v)
        local seen = "mode " .. v.report_mode .. ", before the restart " .. v.due_outcome .. " in mode " .. v.due_mode
        if v.due_outcome == "pending" then return v.report_mode == v.due_mode, seen end
        return v.report_mode == 1 or v.report_mode == p.to, seen
      end,
    },
    expect.disk_erased { is = "any" },
    expect.erase_mode { is = p.to, text = "The mode that was set is in force now" },
  } end,
}
