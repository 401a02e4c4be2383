// SPDX-License-Identifier: Apache-2.0
#include "hw/memory/global_buffer.h"

#include "hw/program/program.h"

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
    const TracedActivation traced(trace_);
    std::copy(codes, codes + shape_.size(), images_.begin() + written_++ % places_ * shape_.size());
    const std::int64_t writes = accesses(std::int64_t{shape_.size()} * image_bits_);
    activity_.writes += writes;
    return occupy(written_ - 1, writes);
}

std::int64_t GlobalBuffer::read_logits(std::int64_t* logits) {
    const TracedActivation traced(trace_);
    std::copy_n(logits_.begin() + std::ptrdiff_t{slot(read_)} * output_.size(), output_.size(),
                logits);
    ++read_;
    const std::int64_t cycles = accesses(std::int64_t{output_.size()} * kLogitBits);
    activity_.reads += cycles;
    return cycles;
}

void GlobalBuffer::start() {
    const TracedActivation traced(trace_);
    if (images_under_way() == kLogitSlots)
        SC_REPORT_FATAL("cimarron/global_buffer", "too many images under way");
    start_path_ = CriticalPath::begin(started_, begins_.of(started_))
                      .then(kHostPath, PathCause::image, clock_.now());
    received_[static_cast<std::size_t>(slot(started_++))] = 0;
    for (auto& [tensor, kept] : kept_) {
        kept.missing = kept.shape.size();
        if (kept.spilled) kept.spilled->begin_image();
    }
    if (!image_kept_) send(0, 0);
}

void GlobalBuffer::keep(int index, const Tensor& tensor, std::unique_ptr<SpilledTensor> spilled) {
    Kept& kept = kept_[index];
    kept.shape = tensor.shape;
    kept.bits = tensor.bits;
    kept.values.resize(static_cast<std::size_t>(tensor.shape.size() * payload_bytes(tensor.bits)));
    kept.spilled = std::move(spilled);
    if (!kept.spilled) return;
    kept.spilled->on_written = [this, &kept] {
        kept_path_ = kept_path_.then(kHostPath, PathCause::dram, clock_.now());
        if (kept.spilled->written()) on_kept();
        on_room();
    };
    kept.spilled->on_fetched = [this] {
        if (awaits_dram_) next_row_.notify(sc_core::SC_ZERO_TIME);
    };
}

bool GlobalBuffer::has(int tensor) const {
    const Kept& kept = kept_.at(tensor);
    return kept.missing == 0 && (!kept.spilled || kept.spilled->written());
}

bool GlobalBuffer::admits(int tensor, int pixel) {
    const auto kept = kept_.find(tensor);
    return kept == kept_.end() || !kept->second.spilled || kept->second.spilled->admit(pixel);
}

void GlobalBuffer::send(int tensor, int destination) {
    outgoing_.push_back({tensor, destination});
    if (outgoing_.size() == 1) begin_sending();
}

void GlobalBuffer::begin_sending() {
    const Kept* kept = outgoing_kept();
    if (kept != nullptr && kept->spilled) kept->spilled->begin_sending();
    next_row_.notify(sc_core::SC_ZERO_TIME);
}

void GlobalBuffer::release_image() {
    if (image_kept_) free_image();
}

void GlobalBuffer::free_image() {
    ++sent_;
    image_sent_.notify(sc_core::SC_ZERO_TIME);
}

GlobalBuffer::Kept* GlobalBuffer::outgoing_kept() {
    const auto kept = kept_.find(outgoing_.front().tensor);
    return kept == kept_.end() ? nullptr : &kept->second;
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
    if (awaits_dram_)
        return fmt::format("{} for row {} of tensor {} from DRAM", name(), row_,
                           outgoing_.front().tensor);
    if (!outgoing_.empty())
        return fmt::format("{} for the interconnect to take row {} of tensor {}", name(), row_,
                           outgoing_.front().tensor);
    for (const auto& [tensor, kept] : kept_)
        if (kept.missing > 0)
            return fmt::format("{} for {} values of tensor {}", name(), kept.missing, tensor);
    if (started_ > done_) return fmt::format("{} for the logits of image {}", name(), done_);
    return {};
}

void GlobalBuffer::read_row() {
    const TracedActivation traced(trace_);
    ++activations_;
    Kept* kept = outgoing_kept();
    if (kept != nullptr && kept->spilled && !fetch_row(*kept)) return;
    const Shape& shape = kept == nullptr ? shape_ : kept->shape;
    const bool starts = start_path_.image() == sent_ && start_path_.ends(clock_.now());
    read_path_ = begins_.follow(starts ? start_path_ : send_path_, sent_, clock_.now());
    if (kept != nullptr) read_path_ = read_path_.then(kHostPath, PathCause::dram, clock_.now());
    const std::int64_t reads = accesses(std::int64_t{shape.width} * shape.channels *
                                        (kept == nullptr ? image_bits_ : kept->bits));
    activity_.reads += reads;
    row_ready_.notify(clock_.cycles(occupy(sent_, reads)));
}

// Whether the next row is here.
bool GlobalBuffer::fetch_row(Kept& kept) {
    kept.spilled->fetch(row_);
    awaits_dram_ = !kept.spilled->fetched(row_);
    if (awaits_dram_) return false;
    kept.spilled->take(row_, kept.row(row_));
    activity_.writes += accesses(kept.row_values() * kept.bits);
    return true;
}

void GlobalBuffer::spill(Kept& kept, int row) {
    activity_.reads += accesses(kept.row_values() * kept.bits);
    kept.spilled->write(row, kept.row(row));
    std::fill_n(kept.row(row), kept.row_values() * payload_bytes(kept.bits), 0);
}

void GlobalBuffer::send_row() {
    const TracedActivation traced(trace_);
    ++activations_;
    const bool waited = no_room_;
    if (!waited) read_path_ = read_path_.then(kHostPath, PathCause::global_buffer, clock_.now());
    no_room_ = has_room && !has_room(sent_, row_ * shape_.width);
    if (no_room_) return;
    send_path_ = waited ? begins_.follow(room_path_, sent_, clock_.now()) : read_path_;
    const Kept* kept = outgoing_kept();
    const Shape& shape = kept == nullptr ? shape_ : kept->shape;
    VectorExtension& transfer = payload_.extension;
    transfer.path = send_path_;
    transfer.tensor = outgoing_.front().tensor;
    transfer.destination = outgoing_.front().destination;
    transfer.image = sent_;
    transfer.first_pixel = row_ * shape.width;
    transfer.pixels = shape.width;
    transfer.first_channel = 0;
    transfer.channels = shape.channels;
    transfer.bits_per_code = kept == nullptr ? image_bits_ : kept->bits;
    codes_sent_ += transfer.codes();
    const int value_bytes = payload_bytes(transfer.bits_per_code);
    const unsigned char* values =
        kept == nullptr ? images_.data() + sent_ % places_ * shape_.size() : kept->values.data();
    tlm::tlm_generic_payload& payload = payload_.write(
        0, values + std::ptrdiff_t{transfer.first_pixel} * shape.channels * value_bytes,
        static_cast<std::size_t>(transfer.codes() * value_bytes));
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    vector_initiator->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum GlobalBuffer::sent(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                      sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_);
    if (phase != tlm::BEGIN_RESP) SC_REPORT_FATAL("cimarron/global_buffer", "unexpected phase");
    payload.release();
    send_path_ = send_path_.then(kHostPath, PathCause::network, clock_.now());
    const Kept* kept = outgoing_kept();
    if (++row_ == (kept == nullptr ? shape_ : kept->shape).height) {
        row_ = 0;
        outgoing_.pop_front();
        if (!image_kept_) free_image();
        if (!outgoing_.empty()) begin_sending();
    } else {
        next_row_.notify(sc_core::SC_ZERO_TIME);
    }
    return tlm::TLM_COMPLETED;
}

void GlobalBuffer::receive(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
    const TracedActivation traced(trace_);
    const auto& vector = *payload.get_extension<VectorExtension>();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    if (const auto kept = kept_.find(vector.tensor); kept != kept_.end()) {
        receive_kept(kept->second, vector, payload.get_data_ptr());
        return;
    }
    const int first = slot(vector.image) * output_.size() + vector.first_pixel * output_.channels +
                      vector.first_channel;
    std::memcpy(logits_.data() + first, payload.get_data_ptr(), payload.get_data_length());
    activity_.writes += accesses(vector.bits());
    codes_received_ += vector.codes();
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
    trace_->add("state", 2, [this] { return no_room_ ? 2 : outgoing_.empty() ? 0 : 1; });
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

void GlobalBuffer::receive_kept(Kept& kept, const VectorExtension& vector,
                                const unsigned char* values) {
    const auto value_bytes = static_cast<std::size_t>(payload_bytes(kept.bits));
    const auto channels = static_cast<std::size_t>(vector.channels);
    for (int p = 0; p < vector.pixels; ++p) {
        const auto first = static_cast<std::size_t>((vector.first_pixel + p) * kept.shape.channels +
                                                    vector.first_channel);
        std::memcpy(kept.values.data() + first * value_bytes, values, channels * value_bytes);
        values += channels * value_bytes;
    }
    activity_.writes += accesses(vector.bits());
    kept_path_ = vector.path;
    kept.missing -= vector.codes();
    if (kept.spilled && kept.spilled->arrive(vector.first_pixel, vector.codes()))
        spill(kept, vector.first_pixel / kept.shape.width);
    if (kept.missing == 0 && !kept.spilled) on_kept();
}

}  // namespace cimarron
