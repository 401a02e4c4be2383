// SPDX-License-Identifier: Apache-2.0
#include "hw/host/loading.h"
#include "hw/host/register_map.h"
#include "hw/pins/accelerator_pins.h"
#include "hw/rtl/host_controller.h"

#include <algorithm>
#include <cstring>

namespace cimarron {

namespace {

enum Code : std::uint64_t { kWrite = 1, kStream = 2, kWait = 3, kReceive = 4, kPoll = 5 };

constexpr std::uint32_t kReceiving = 1, kFailed = 4;  // of pin_registers::kStreamStatus

std::uint64_t command(Code code, std::size_t count = 0) {
    return std::uint64_t{code} << 56 | count;
}

}  // namespace

void HostCommands::write(std::uint32_t address, std::uint64_t value) {
    words_.insert(words_.end(), {command(kWrite), address, value});
}

void HostCommands::stream(const void* data, std::size_t bytes) {
    words_.push_back(command(kStream, bytes));
    const auto* from = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < bytes; i += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, from + i, std::min(sizeof(word), bytes - i));
        words_.push_back(word);
    }
}

void HostCommands::poll(std::uint32_t address, std::uint32_t busy, std::uint32_t failed) {
    words_.insert(words_.end(), {command(kPoll) | std::uint64_t{failed} << 32 | busy, address});
}

void HostCommands::wait_for_interrupt() {
    words_.push_back(command(kWait));
}

void HostCommands::receive() {
    words_.push_back(command(kReceive));
}

// The packet is written before the next command begins.
void HostCommands::send(std::uint64_t address, const void* data, std::size_t bytes) {
    write(pin_registers::kWriteAddress, address);
    stream(data, bytes);
    poll(pin_registers::kStreamStatus, kReceiving, kFailed);
}

void HostCommands::load(const Program& program) {
    load_program(program, [this](std::uint64_t address, const void* data, std::size_t bytes) {
        send(address, data, bytes);
    });
    write(register_map::kControl, register_map::kEnable);
}

void HostCommands::run_image(const Program& program, const Codes& image) {
    send(register_map::kImage, image.data(), image.size());
    write(register_map::kControl, register_map::kStart);
    wait_for_interrupt();
    write(pin_registers::kReadAddress, register_map::kLogits);
    write(pin_registers::kReadBytes,
          static_cast<std::uint64_t>(program.logits().shape.size()) * sizeof(std::int64_t));
    receive();
}

}  // namespace cimarron
