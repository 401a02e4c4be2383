// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/chip/accelerator.h"
#include "hw/common/clock.h"
#include "hw/common/progress.h"
#include "hw/program/program.h"

#include <tlm_utils/simple_initiator_socket.h>
#include <systemc>
#include <tlm>

#include <deque>
#include <functional>
#include <vector>

namespace cimarron {

// The processor beside the chip: loads weights and coefficients (into the DRAM, when the chip
// reloads them), then for each image writes the pixels, starts the chip, waits for its interrupt
// and reads the logits, all through one TLM socket. Pipelined, one thread writes images as fast as
// the chip takes them and another reads logits. An image's cycles begin when the chip takes its
// pixels and end with its logits read.
class Host : public sc_core::sc_module {
public:
    SC_HAS_PROCESS(Host);
    Host(const sc_core::sc_module_name& name, const Program& program,
         const std::vector<Codes>& images, const Clock& clock, const AcceleratorParams& params,
         ProgressFn progress);

    tlm_utils::simple_initiator_socket<Host> memory_initiator{"memory_initiator"};
    sc_core::sc_in<bool> interrupt{"interrupt"};

    // Called when loading is over, at the cycle that counts as 0 of the first image.
    std::function<void()> on_first_image;

    bool finished() const { return logits_.size() == images_.size(); }
    std::int64_t load_cycles() const { return load_cycles_; }
    // From the first image's begin to the last one's end.
    std::int64_t elapsed_cycles() const { return last_end_ - load_cycles_; }
    const std::vector<std::vector<std::int64_t>>& logits() const { return logits_; }
    const std::vector<std::int64_t>& image_cycles() const { return image_cycles_; }

private:
    void drive();
    void collect();
    void begin_image(const Codes& image);
    void end_image();
    void write(std::uint64_t address, const void* data, std::size_t bytes,
               std::int64_t* accepted = nullptr);
    void write_control(std::uint64_t value);
    void transfer(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes,
                  std::int64_t* accepted = nullptr);

    const Program& program_;
    const std::vector<Codes>& images_;
    const Clock& clock_;
    const Dataflow dataflow_;
    const DramParams dram_;
    const ProgressFn progress_;
    std::deque<std::int64_t> begins_;  // of the images under way
    sc_core::sc_event loaded_{"loaded"};
    std::int64_t load_cycles_ = 0;
    std::int64_t last_end_ = 0;
    std::vector<std::vector<std::int64_t>> logits_;
    std::vector<std::int64_t> image_cycles_;
};

}  // namespace cimarron
