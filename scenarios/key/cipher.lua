-- SPDX-License-Identifier: Apache-2.0
-- The cipher: published known answers (CR36), plaintext that must not reach the disk, keys that decrypt it (SD DSK).
local plant = use "plant"
local procedure = use "procedures"

local function bytes(first, last)
  local hex = {}
  for i = first, last do table.insert(hex, string.format("%02x", i)) end
  return table.concat(hex)
end

local known = {
  -- NIST SP 800-67, example of appendix B; of CBC with IV 0 the first block.
  ["sp800-67"] = {
    cipher = "3des-cbc",
    key = "0123456789abcdef23456789abcdef01456789abcdef0123",
    iv = "0000000000000000",
    plain = "5468652071756663",
    secret = "a826fd8ce53b855f",
  },
  -- NIST CAVP, tdesmmt.zip, TCBCMMT3.rsp, encrypt 9.
  ["tcbcmmt3-9"] = {
    cipher = "3des-cbc",
    key = "9b162a0df8ad9b61c88676e3d586434570b902f12a2046e0",
    iv = "ebd6fefe029ad54b",
    plain = "f4c1c918e77355c8156f0fd778da52bff121ae5f2f44eaf4d2754946d0e10d1f18ce3a0176e69c18b7d20b6e0d0bee5eb5edfe4bd60e4d92adcd86bce72e76f94ee5cbcaa8b01cfddcea2ade575e66ac",
    secret = "1ff3c8709f403a8eff291aedf50c010df5c5ff64a8b205f1fce68564798897a390db16ee0d053856b75898009731da290fcc119dad987277aacef694872e880c4bb41471063fae05c89f25e4bd0cad6a",
  },
  -- IEEE 1619, annex B, vector 10.
  ["ieee1619-10"] = {
    cipher = "aes-256-xts",
    key = "2718281828459045235360287471352662497757247093699959574966967627" .. "3141592653589793238462643383279502884197169399375105820974944592",
    iv = "ff000000000000000000000000000000",
    plain = bytes(0, 255) .. bytes(0, 255),
    secret = table.concat {
      "1c3b3a102f770386e4836c99e370cf9bea00803f5e482357a4ae12d414a3e63b5d31e276f8fe4a8d66b317f9ac683f44680a86ac35adfc3345befecb4bb188fd",
      "5776926c49a3095eb108fd1098baec70aaa66999a72a82f27d848b21d4a741b0c5cd4d5fff9dac89aeba122961d03a757123e9870f8acf1000020887891429ca",
      "2a3e7a7d7df7b10355165c8b9a6d0a7de8b062c4500dc4cd120c0f7418dae3d0b5781c34803fa75421c790dfe1de1834f280d7667b327f6c8cd7557e12ac3a0f",
      "93ec05c52e0493ef31a12d3d9260f79a289d6a379bc70c50841473d1a8cc81ec583e9645e07b8d9670655ba5bbcfecc6dc3966380ad8fecb17b6ba02469a020a",
      "84e18e8f84252070c13e9f1f289be54fbc481457778f616015e1327a02b140f1505eb309326d68378f8374595c849d84f4c333ec4423885143cb47bd71c5edae",
      "9be69a2ffeceb1bec9de244fbe15992b11b77c040f12bd8f6a975a44a0f90c29a9abc3d4d893927284c58754cce294529f8614dcd2aba991925fedc4ae74ffac",
      "6e333b93eb4aff0479da9a410e4450e0dd7ae4c6e2910900575da401fc07059f645e8b7e9bfdef33943054ff84011493c27b3429eaedb4ed5376441a77ed4385",
      "1ad77f16f541dfd269d50d6a5f14fb0aab1cbb4c1550be97f7ab4066193c4caa773dad38014bd2092fa755c824bb5e54c4f36ffda9fcea70b9c6e693e148c151",
    },
  },
}

local names = {}
for name in pairs(known) do table.insert(names, name) end

scenario {
  id = "KEY-03",
  title = "The cipher's published known answers match",
  requirements = { "KEY-03" },
  effects = { "consumes-licence", "erases" },
  matrix = { vector = names, active = { "no", "yes" } },
  unit = function(p) return procedure.small { cipher = known[p.vector].cipher } end,
  steps = function(p)
    local v = known[p.vector]
    return {
      p.active == "yes" and procedure.activate() or procedure.start(),
      cipher.known_answer { cipher = v.cipher, direction = "encrypt", key = v.key, iv = v.iv, data = v.plain, as = "encrypted" },
      expect.text { value = var "encrypted", is = v.secret, text = "The published ciphertext" },
      cipher.known_answer { cipher = v.cipher, direction = "decrypt", key = v.key, iv = v.iv, data = v.secret, as = "decrypted" },
      expect.text { value = var "decrypted", is = v.plain, text = "The published plaintext" },
    }
  end,
}

local paper = plant.text(90, 512)

-- Every way in which user data come into the unit, each with a text of its own.
local interfaces = {
  ["data-put"] = { text = plant.text(91, 512), put = function(text) return data.put { item = "address-book", value = text } end },
  ["document-store"] = { text = plant.text(92, 512), put = function(text) return document.store { box = 3, value = text } end },
  ["job-copy"] = { text = plant.text(93, 512), put = function(text) return job.start { kind = "copy", value = text } end },
  ["job-print"] = { text = plant.text(94, 512), put = function(text) return job.start { kind = "print", value = text } end },
  ["job-fax"] = { text = plant.text(95, 512), put = function(text) return job.start { kind = "fax-reception", value = text } end },
  ["job-send"] = { text = plant.text(96, 512), put = function(text) return job.start { kind = "send", value = text } end },
  ["document-print"] = {
    text = plant.text(97, 512),
    put = function(text) return { document.store { box = 4, value = text }, document.print { box = 4 } } end,
  },
  ["data-import"] = {
    text = plant.text(98, 512),
    put = function(text)
      return {
        data.put { item = "forwarding", value = text },
        data.export { item = "forwarding", as = "package" },
        data.delete { item = "forwarding" },
        data.import { item = "forwarding", package = var "package" },
      }
    end,
  },
  ["delivery"] = {
    text = plant.text(99, 512),
    put = function(text)
      return {
        data.put { item = "settings", value = text },
        delivery.send { as = "package" },
        data.delete { item = "settings" },
        delivery.receive { package = var "package" },
      }
    end,
  },
}

local ways = {}
for name in pairs(interfaces) do table.insert(ways, name) end

scenario {
  id = "KEY-04",
  title = "No plaintext reaches the disk through any interface once the kit is active",
  requirements = { "KEY-04", "KEY-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { interface = ways, cipher = { "3des-cbc", "aes-256-xts" } },
  unit = function(p) return procedure.small { cipher = p.cipher } end,
  steps = function(p)
    local interface = interfaces[p.interface]
    return {
      procedure.activate(),
      encryption.get { as = "encryption" },
      expect.number { value = var "encryption_active", is = 1, requirements = { "KEY-04" } },
      expect.text { value = var "encryption_cipher", is = p.cipher, requirements = { "KEY-04" } },
      read.disk_mark { as = "mark" },
      interface.put(interface.text),
      expect.decrypts { value = interface.text, since = "mark", cipher = p.cipher, requirements = { "KEY-05", "KEY-04" } },
      expect.not_on_disk { value = interface.text:sub(1, 33), requirements = { "KEY-04" } },
      expect.not_on_disk { value = "WIPERIG-PLANTED-", requirements = { "KEY-04" } },
    }
  end,
}

scenario {
  id = "KEY-05",
  title = "The unit's key decrypts it; its former keys and another unit's key do not",
  requirements = { "KEY-05" },
  effects = { "consumes-licence", "erases", "irreversible" },
  matrix = { cipher = { "3des-cbc", "aes-256-xts" } },
  unit = function(p) return procedure.small { cipher = p.cipher } end,
  steps = function(p) return {
    procedure.activate(),
    read.disk_mark { as = "mark" },
    data.put { item = "address-book", value = paper },
    expect.decrypts { value = paper, since = "mark", cipher = p.cipher },
    expect.one_key { value = paper, since = "mark" },
    read.stored { value = paper, since = "mark", as = "place" },
    procedure.erase_all(),
    read.disk_mark { as = "mark" },
    data.put { item = "address-book", value = paper },
    expect.decrypts { value = paper, since = "mark", cipher = p.cipher, text = "The next key decrypts what is written with it" },
    expect.one_key { value = paper, since = "mark", text = "The former key does not" },
    read.stored { value = paper, since = "mark", as = "again" },
    expect.differ { a = "place", b = "again", text = "The same document looks different under the next key" },
    procedure.shutdown(),
    unit.swap { to = 1 },
    procedure.start(),
    licence.issue { serial = "XYZ98765", as = "other_key" },
    panel.register { key = var "other_key" },
    procedure.restart(),
    data.put { item = "address-book", value = plant.text(100, 300) },
    procedure.shutdown(),
    unit.swap { to = 0 },
    procedure.start(),
    read.disk_mark { as = "mark" },
    data.put { item = "address-book", value = paper },
    expect.one_key { value = paper, since = "mark", text = "Nor does another unit's key" },
  } end,
}

-- Where there are two disks, temporary data of several jobs may be on either.
scenario {
  id = "KEY-05-two-disks",
  title = "What reaches the second disk is encrypted with the same key",
  requirements = { "KEY-05" },
  effects = { "consumes-licence", "erases" },
  matrix = { cipher = { "3des-cbc", "aes-256-xts" } },
  unit = function(p) return { disk_sectors = 16384, disk2_mb = 8, cipher = p.cipher } end,
  steps = function(p)
    local steps = { procedure.activate(), read.disk_mark { as = "mark" } }
    for i = 1, 3 do
      table.insert(steps, job.start { kind = "copy", value = plant.text(100 + i, 500) })
    end
    for i = 1, 3 do
      table.insert(steps, expect.decrypts { value = plant.text(100 + i, 500), since = "mark", cipher = p.cipher })
      table.insert(steps, expect.one_key { value = plant.text(100 + i, 500), since = "mark" })
    end
    return steps
  end,
}
