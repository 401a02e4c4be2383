// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace cimarron::register_map {

// The accelerator as its host sees it (host_target). Registers are 64 bits, little endian.
constexpr std::uint64_t kControl = 0x00;  // write kEnable once after loading, kStart for each image
constexpr std::uint64_t kStatus = 0x08;   // read: kBusy, kDone
constexpr std::uint64_t kCycles = 0x10;   // read: cycles since reset

constexpr std::uint64_t kEnable = 1;
constexpr std::uint64_t kStart = 2;
// A started image is under way: its logits are not complete, or a tile still works on windows that
// no logit needs.
constexpr std::uint64_t kBusy = 1;
// The interrupt. Sequential: the started image is through (not busy), until the next kStart.
// Pipelined: logits wait to be read, whether or not later images are under way.
constexpr std::uint64_t kDone = 2;

// Whole images and whole sets of logits; anything else is a burst error.
constexpr std::uint64_t kImage = 0x1000'0000;   // write: pixel codes, HWC, one byte each
constexpr std::uint64_t kLogits = 0x2000'0000;  // read: one signed 64-bit word per class

// Where weights are reloaded: the DRAM, written before the first image.
constexpr std::uint64_t kDram = std::uint64_t{1} << 52;

// Tile t (in placement order) answers at kTiles + t * kTileSpan with the map of tile_address.
constexpr std::uint64_t kTiles = std::uint64_t{1} << 56;
constexpr std::uint64_t kTileSpan = std::uint64_t{1} << 44;

}  // namespace cimarron::register_map
