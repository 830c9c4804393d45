-- SPDX-License-Identifier: Apache-2.0
-- Planted strings: HCD supporting document, WIPE-T1 and WIPE-T6.
local plant = use "plant"
local procedure = use "procedures"

local address, administrator = "192.0.2.17", "Administrator-Mueller"
-- The address's four bytes alone turn up in random data by chance: searched for where there are none.
local forms = { address, "c0000211", "C0000211", administrator }

local function planted()
  return {
    data.put { item = "settings", value = "IP=" .. address .. " IPHEX=C0000211 ipv4=c0000211 " .. plant.text(40, 200) },
    data.put { item = "sdl-users", value = administrator .. " " .. plant.text(41, 100) },
    data.put { item = "address-book", value = plant.text(42, 512) },
    job.start { kind = "print", value = plant.text(47, 300), text = "A job that is under way when the power goes off" },
  }
end

local function gone()
  local steps = {}
  for _, form in ipairs(forms) do
    table.insert(steps, expect.not_on_disk { value = form, text = "WIPE-T6: \"" .. form .. "\" is not on the medium" })
  end
  for stamp = 40, 47 do
    table.insert(steps, expect.not_on_disk { value = string.format("WIPERIG-PLANTED-%016x", stamp), text = "WIPE-T6: planted text " .. stamp .. " is not on the medium" })
  end
  return steps
end

scenario {
  id = "ERA-11",
  title = "Planted strings, IP address and administrator's name are not on the medium after an erase",
  requirements = { "ERA-11" },
  effects = { "consumes-licence", "erases" },
  matrix = { mode = { 1, 2, 3 } },
  unit = { disk_sectors = 16385 },
  steps = function(p) return {
    procedure.start(),
    planted(),
    disk.place { lba = 0, count = 1, stamp = 43 },
    disk.place { lba = 8000, count = 200, stamp = 44 },
    disk.place { lba = 12345, count = 8, stamp = 45 },
    disk.place { lba = 16384, count = 1, stamp = 46 },
    expect.on_disk { value = string.format("WIPERIG-PLANTED-%016x", 43), text = "WIPE-T1: planted text is on the medium" },
    expect.on_disk { value = string.format("WIPERIG-PLANTED-%016x", 46), text = "WIPE-T1: planted text is in the last sector" },
    expect.on_disk { value = string.format("WIPERIG-PLANTED-%016x", 47), text = "WIPE-T1: a job's temporary data are on the medium" },
    expect.on_disk { value = administrator, text = "WIPE-T1: the administrator's name is on the medium" },
    procedure.register(),
    procedure.restart(),
    p.mode == 1 and {} or { procedure.set("erase-mode", p.mode), planted(), procedure.erase_all() },
    gone(),
  } end,
}

scenario {
  id = "ERA-11-address",
  title = "The IP address's four bytes are not on a disk that was overwritten with NULL",
  requirements = { "ERA-11" },
  effects = { "consumes-licence", "erases" },
  unit = { disk_sectors = 16385 },
  steps = {
    procedure.start(),
    data.put { item = "settings", value = "IP=" .. address },
    procedure.register(),
    procedure.restart(),
    expect.not_on_disk { hex = "c0000211" },
    expect.not_on_disk { value = address },
  },
}
