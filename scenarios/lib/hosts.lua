-- SPDX-License-Identifier: Apache-2.0
-- Which accessories each host needs, transcribed from the installation procedure's second edition (its table is
-- incomplete: more rows follow there, unread) and from 1.1.1 of the first ("except US").
local rows = {
  { hosts = { "iR6570", "iR5570" }, bus = "C1", usb_board = true, ram = true },
  { hosts = { "iR4570", "iR3570", "iR2870", "iR2270" }, bus = "B1", usb_board = true, ram = true },
  { hosts = { "iR105i", "iR8570N", "iR7270N" }, bus = "C1", usb_board = true, ram = false },
  { hosts = { "iRC6870", "iRC5870" }, bus = "E1", usb_board = false, ram = false },
}
local hosts = { regions = { "EU", "US" }, each_row = {}, all = {}, by_name = {} }
for _, row in ipairs(rows) do
  table.insert(hosts.each_row, row.hosts[1])
  for _, name in ipairs(row.hosts) do
    table.insert(hosts.all, name)
    hosts.by_name[name] = row
  end
end

-- What the host needs in a region, as the names that a unit's `without` takes.
function hosts.needs(host, region)
  local row, list = hosts.by_name[host], { "bus" }
  if row.usb_board and region ~= "US" then table.insert(list, "usb-board") end
  if row.ram and region ~= "US" then table.insert(list, "ram") end
  return list
end

-- One row for every host, region and accessory that is missing there.
function hosts.each_missing()
  local list = {}
  for _, host in ipairs(hosts.all) do
    for _, region in ipairs(hosts.regions) do
      for _, missing in ipairs(hosts.needs(host, region)) do
        table.insert(list, { host = host, region = region, missing = missing })
      end
    end
  end
  return list
end

-- The matrix that most scenarios run over: one host of every row, both regions.
hosts.matrix = { host = hosts.each_row, region = hosts.regions }

-- Hosts whose row demands `what` ("usb_board" or "ram") outside the US.
function hosts.demanding(what)
  local list = {}
  for _, host in ipairs(hosts.all) do
    if hosts.by_name[host][what] then table.insert(list, host) end
  end
  return list
end

return hosts
