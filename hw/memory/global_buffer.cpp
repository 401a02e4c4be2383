// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/global_buffer.h"

#include "hw/tile/stage_timing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace cimarron {

GlobalBuffer::GlobalBuffer(const sc_core::sc_module_name& name, const SramBufferParams& params,
                           int images, const Shape& image, int image_bits, const Shape& output,
                           const Clock& clock, ImageBegins& begins)
    : sc_module(name),
      params_(params),
      shape_(image),
      image_bits_(image_bits),
      output_(output),
      clock_(clock),
      places_(images),
      bank_free_(static_cast<std::size_t>(params.banks)),
      images_(static_cast<std::size_t>(image.size()) * static_cast<std::size_t>(images)),
      logits_(static_cast<std::size_t>(output.size()) * kLogitSlots),
      received_(kLogitSlots),
      begins_(begins),
      logits_paths_(kLogitSlots) {
    vector_target.register_b_transport(this, &GlobalBuffer::receive);
    vector_initiator.register_nb_transport_bw(this, &GlobalBuffer::sent);
    SC_METHOD(read_row);
    sensitive << next_row_;
    dont_initialize();
    SC_METHOD(send_row);
    sensitive << row_ready_;
    dont_initialize();
}

std::int64_t GlobalBuffer::accesses(std::int64_t bits) const {
    return (bits + params_.port_bits - 1) / params_.port_bits;
}

std::int64_t GlobalBuffer::occupy(std::int64_t image, std::int64_t accesses) {
    std::int64_t& free = bank_free_[static_cast<std::size_t>(image % places_) % bank_free_.size()];
    free = std::max(free, clock_.now()) + accesses;
    return free - clock_.now();
}

std::int64_t GlobalBuffer::write_image(const std::uint8_t* codes) {
    begins_.begin(written_, clock_.now());
    const TracedActivation traced(trace_, clock_);
    std::copy(codes, codes + shape_.size(), images_.begin() + written_++ % places_ * shape_.size());
    const std::int64_t writes = accesses(std::int64_t{shape_.size()} * image_bits_);
    activity_.writes += writes;
    return occupy(written_ - 1, writes);
}

std::int64_t GlobalBuffer::read_logits(std::int64_t* logits) {
    const TracedActivation traced(trace_, clock_);
    std::copy_n(logits_.begin() + std::ptrdiff_t{slot(read_)} * output_.size(), output_.size(),
                logits);
    ++read_;
    const std::int64_t cycles = accesses(std::int64_t{output_.size()} * kLogitBits);
    activity_.reads += cycles;
    return cycles;
}

void GlobalBuffer::start() {
    const TracedActivation traced(trace_, clock_);
    if (images_under_way() == kLogitSlots)
        SC_REPORT_FATAL("cimarron/global_buffer", "too many images under way");
    start_path_ = CriticalPath::begin(started_, begins_.of(started_))
                      .then(kHostPath, PathCause::image, clock_.now());
    received_[static_cast<std::size_t>(slot(started_++))] = 0;
    if (streaming_) return;
    streaming_ = true;
    next_row_.notify(sc_core::SC_ZERO_TIME);
}

void GlobalBuffer::retry(const CriticalPath& freed) {
    if (!no_room_) return;
    room_path_ = freed;
    row_ready_.notify(sc_core::SC_ZERO_TIME);
}

std::string GlobalBuffer::waiting_for() const {
    if (no_room_)
        return fmt::format("{} for room for row {} of image {} in its readers", name(), row_,
                           sent_);
    if (streaming_)
        return fmt::format("{} for the interconnect to take row {} of image {}", name(), row_,
                           sent_);
    if (started_ > done_) return fmt::format("{} for the logits of image {}", name(), done_);
    return {};
}

void GlobalBuffer::read_row() {
    const TracedActivation traced(trace_, clock_);
    ++activations_;
    const bool starts = start_path_.image() == sent_ && start_path_.ends(clock_.now());
    read_path_ = begins_.follow(starts ? start_path_ : send_path_, sent_, clock_.now());
    const std::int64_t reads = accesses(std::int64_t{shape_.width} * shape_.channels * image_bits_);
    activity_.reads += reads;
    row_ready_.notify(clock_.cycles(occupy(sent_, reads)));
}

void GlobalBuffer::send_row() {
    const TracedActivation traced(trace_, clock_);
    ++activations_;
    const bool waited = no_room_;
    if (!waited) read_path_ = read_path_.then(kHostPath, PathCause::global_buffer, clock_.now());
    no_room_ = has_room && !has_room(sent_, row_ * shape_.width);
    if (no_room_) return;
    send_path_ = waited ? begins_.follow(room_path_, sent_, clock_.now()) : read_path_;
    VectorExtension& transfer = payload_.extension;
    transfer.path = send_path_;
    transfer.destination = 0;
    transfer.image = sent_;
    transfer.first_pixel = row_ * shape_.width;
    transfer.pixels = shape_.width;
    transfer.first_channel = 0;
    transfer.channels = shape_.channels;
    transfer.bits_per_code = image_bits_;
    codes_sent_ += transfer.codes();
    tlm::tlm_generic_payload& payload = payload_.write(
        0,
        images_.data() + sent_ % places_ * shape_.size() + transfer.first_pixel * shape_.channels,
        static_cast<std::size_t>(transfer.codes()));
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum GlobalBuffer::sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                      sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_, clock_);
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/global_buffer", "unexpected phase");
    payload.release();
    send_path_ = send_path_.then(kHostPath, PathCause::network, clock_.now());
    if (++row_ == shape_.height) {
        row_ = 0;
        ++sent_;
        image_sent_.notify(sc_core::SC_ZERO_TIME);
        streaming_ = sent_ < started_;
    }
    if (streaming_) next_row_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_COMPLETED;
}

void GlobalBuffer::receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_, clock_);
    const auto& vector = *payload.get_extension<VectorExtension>();
    const int first = slot(vector.image) * output_.size() + vector.first_pixel * output_.channels +
                      vector.first_channel;
    std::memcpy(logits_.data() + first, payload.get_data_ptr(), payload.get_data_length());
    activity_.writes += accesses(vector.bits());
    codes_received_ += vector.codes();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    int& received = received_[static_cast<std::size_t>(slot(vector.image))];
    received += static_cast<int>(vector.codes());
    if (received < output_.size()) return;
    logits_paths_[static_cast<std::size_t>(slot(vector.image))] = vector.path;
    ++done_;
    logits_done_.notify(sc_core::SC_ZERO_TIME);
    on_done();
}

void GlobalBuffer::record(Waveform& wave) {
    auto trace = std::make_unique<StatusTrace>(wave, name());
    trace_ = trace.get();
    trace_->add("state", 2, [this] { return no_room_ ? 2 : streaming_ ? 1 : 0; });
    trace_->add("row", 16, [this] { return row_; });
    const auto images = [this](const char* what, const std::int64_t& count) {
        trace_->add(what, 32, [&count] { return count; });
    };
    images("written", written_), images("started", started_), images("sent", sent_);
    images("done", done_), images("read", read_);
    const auto& meter = wave.options().prices.global_buffer;
    if (meter.priced()) trace_->add_energy([this, &meter] { return meter.joules(activity_); });
    wave.keep(std::move(trace));
}

}  // namespace cimarron
