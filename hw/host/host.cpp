// SPDX-License-Identifier: Apache-2.0
#include "hw/host/host.h"

#include "hw/host/loading.h"
#include "hw/host/register_map.h"

namespace cimarron {

Host::Host(const sc_core::sc_module_name& name, const Program& program,
           const std::vector<Codes>& images, const Clock& clock, const AcceleratorParams& params,
           ProgressFn progress)
    : sc_module(name),
      program_(program),
      images_(images),
      clock_(clock),
      dataflow_(params.tile.dataflow),
      dram_(params.dram),
      progress_(std::move(progress)) {
    SC_THREAD(drive);
    if (dataflow_ == Dataflow::pipelined) {
        SC_THREAD(collect);
    }
}

void Host::drive() {
    const HostWrite to_chip = [this](std::uint64_t address, const void* data, std::size_t bytes) {
        write(address, data, bytes);
    };
    if (program_.reloads())
        load_dram(program_, dram_, to_chip);
    else
        load_program(program_, to_chip);
    load_cycles_ = clock_.now();
    write_control(register_map::kEnable);
    if (on_first_image) on_first_image();
    loaded_.notify(sc_core::SC_ZERO_TIME);
    for (const Codes& image : images_) {
        begin_image(image);
        if (dataflow_ == Dataflow::pipelined) continue;
        wait(interrupt.posedge_event());
        end_image();
    }
}

void Host::collect() {
    wait(loaded_);
    while (!finished()) end_image();
}

void Host::begin_image(const Codes& image) {
    begins_.push_back(0);  // its logits cannot come before it is taken
    write(register_map::kImage, image.data(), image.size(), &begins_.back());
    write_control(register_map::kStart);
}

void Host::end_image() {
    std::vector<std::int64_t> logits(static_cast<std::size_t>(program_.logits().shape.size()));
    transfer(tlm::TLM_READ_COMMAND, register_map::kLogits, logits.data(),
             logits.size() * sizeof(std::int64_t));
    logits_.push_back(std::move(logits));
    last_end_ = clock_.now();
    image_cycles_.push_back(last_end_ - begins_.front());
    begins_.pop_front();
    if (progress_) progress_(static_cast<int>(logits_.size()));
}

void Host::write(std::uint64_t address, const void* data, std::size_t bytes,
                 std::int64_t* accepted) {
    transfer(tlm::TLM_WRITE_COMMAND, address, const_cast<void*>(data), bytes, accepted);
}

void Host::write_control(std::uint64_t value) {
    write(register_map::kControl, &value, sizeof(value));
}

void Host::transfer(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes,
                    std::int64_t* accepted) {
    tlm::tlm_generic_payload payload;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_ptr(static_cast<unsigned char*>(data));
    payload.set_data_length(static_cast<unsigned>(bytes));
    payload.set_streaming_width(static_cast<unsigned>(bytes));
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    memory_initiator->b_transport(payload, delay);  // blocks until it is accepted
    if (accepted != nullptr) *accepted = clock_.now();
    if (payload.is_response_error())
        SC_REPORT_FATAL("cimarron/host", payload.get_response_string().c_str());
    if (delay != sc_core::SC_ZERO_TIME) wait(delay);
}

}  // namespace cimarron
