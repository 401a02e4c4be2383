// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/weight_loader.h"

#include "hw/program/packed_values.h"

#include <fmt/format.h>

#include <algorithm>

namespace cimarron {

namespace {

constexpr std::int64_t kBursts = 16;  // in its buffer or on their way to it, at least

// Of whole bursts, and enough for those that the longest vector touches.
std::int64_t buffer_bytes(const std::vector<ReloadPlan>& plans, std::int64_t burst) {
    std::int64_t bytes = 0;
    for (const ReloadPlan& plan : plans)
        for (const ReloadItem& item : plan.items) bytes = std::max(bytes, item.bytes());
    return std::max(kBursts, (bytes + burst - 1) / burst + 1) * burst;
}

}  // namespace

WeightLoader::WeightLoader(const sc_core::sc_module_name& name, const DramParams& dram,
                           DramPort& port, const Program& program, std::vector<int> routes)
    : sc_module(name),
      burst_(dram.burst_bytes),
      port_(port),
      plans_(reload_plans(program, dram.row_bytes)),
      routes_(std::move(routes)),
      buffer_bytes_(buffer_bytes(plans_, burst_)) {
    vector_initiator.register_nb_transport_bw(this, &WeightLoader::sent);
    for (const Stage& stage : program.stages)
        for (const TilePlacement& tile : stage.tiles) {
            first_macro_.push_back(busy_.size());
            busy_.resize(busy_.size() + tile.macros.size());
        }
    written_ = plan().items.size();
    SC_METHOD(advance);
    sensitive << advance_event_;
    dont_initialize();
}

char& WeightLoader::busy(int block, int macro) {
    return busy_[first_macro_[static_cast<std::size_t>(block)] + static_cast<std::size_t>(macro)];
}

void WeightLoader::load(int round) {
    round_ = round;
    data_.resize(static_cast<std::size_t>((plan().bytes + burst_ - 1) / burst_ * burst_));
    requested_ = arrived_ = consumed_ = 0;
    next_ = written_ = 0;
    advance_event_.notify(sc_core::SC_ZERO_TIME);
}

void WeightLoader::written(int block, int macro) {
    if (macro >= 0) busy(block, macro) = 0;
    if (++written_ == plan().items.size())
        on_loaded();
    else
        advance_event_.notify(sc_core::SC_ZERO_TIME);
}

void WeightLoader::advance() {
    ++activations_;
    if (!loading()) return;
    send();
    request();
}

// Whole bursts; the buffer holds those not yet sent on.
void WeightLoader::request() {
    const std::int64_t limit = std::min(consumed_ / burst_ * burst_ + buffer_bytes_,
                                        static_cast<std::int64_t>(data_.size()));
    for (; requested_ < limit; requested_ += burst_)
        port_.read(plan().address + requested_, data_.data() + requested_, burst_, [this] {
            arrived_ += burst_;
            advance_event_.notify(sc_core::SC_ZERO_TIME);
        });
}

void WeightLoader::send() {
    if (sending_ || next_ == plan().items.size()) return;
    const ReloadItem& item = plan().items[next_];
    if (item.offset + item.bytes() > arrived_) return;
    if (item.macro >= 0 && busy(item.block, item.macro) != 0) return;
    sending_ = true;
    ++next_;
    consumed_ = item.offset + item.bytes();
    const unsigned char* bytes = data_.data() + item.offset;
    if (item.macro >= 0) {
        busy(item.block, item.macro) = 1;
        codes_.resize(static_cast<std::size_t>(item.channels));
        unpack_values(bytes, item.channels, item.bits_per_channel, codes_.data());
        bytes = codes_.data();
    }
    VectorExtension& vector = vector_payload_.extension;
    vector.destination = routes_[static_cast<std::size_t>(item.block)];
    vector.tensor = VectorExtension::kWeights;
    vector.macro = item.macro;
    vector.row = item.row;
    vector.channels = item.channels;
    vector.bits_per_code = item.bits_per_channel;
    tlm::tlm_generic_payload& payload = vector_payload_.write(
        0, bytes, item.macro >= 0 ? codes_.size() : static_cast<std::size_t>(item.bytes()));
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum WeightLoader::sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                      sc_core::sc_time& /*delay*/) {
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/weight_loader", "unexpected phase");
    payload.release();
    sending_ = false;
    advance_event_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_COMPLETED;
}

std::string WeightLoader::waiting_for() const {
    if (!loading()) return {};
    return fmt::format(
        "{} for {} of {} vectors of round {} to be written, {} of {} bytes from DRAM", name(),
        plan().items.size() - written_, plan().items.size(), round_, arrived_, plan().bytes);
}

}  // namespace cimarron
