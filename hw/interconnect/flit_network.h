// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hw/interconnect/fabric.h"

namespace cimarron {

// A network of routers and channels (mesh or H-tree) with wormhole flow control, flit by flit.
// - A request of cycle c is seen at c + 1; its vector becomes packets (cut_into_packets).
// - A flit that arrives in a router's input buffer may leave router_cycles later; a channel carries
//   it in cycles_per_flit. It needs a free slot (credit) in the next input buffer; a slot is free
//   the cycle after its flit has left.
// - An output channel belongs to one packet from its first flit to its last; free, it goes round
//   robin to a packet at the front of an input buffer.
// - Multicast: at a router where its route divides, a packet asks for each output by itself and its
//   flits stay in the input buffer until every branch has them.
// A block takes all that arrives, so that nothing waits for it. No deadlock: a whole packet fits in
// an input buffer, so the packet at a buffer's front can always gather there and each of its
// branches advances without the others; a branch then waits only for channels later on its route,
// and routes order all channels (x, then y, then ports; up, then down).
// One step handles a cycle in which flits move; cycles in which none can are skipped.
class FlitNetwork : public Fabric {
public:
    FlitNetwork(const InterconnectParams& params, RouteMap& map);

    void request(std::int64_t cycle, int source, int route, std::int64_t bits, int vector) override;
    std::int64_t next() const override;
    void step(std::int64_t cycle, FabricEvents& events) override;

private:
    struct Packet {
        const RouteTree* tree = nullptr;
        int node = 0;  // of the channel that ends in this buffer
        int vector = 0;
        int flits = 0;
        bool last = false;      // of its vector
        int arrived = 0;        // flits that are here or on the channel
        int left = 0;           // flits that every branch has taken
        std::vector<int> sent;  // per branch
    };
    // Packets in order; a source's holds one packet at a time, all there at once.
    struct Buffer {
        std::vector<Packet> ring;
        int first = 0;
        int packets = 0;
        int used = 0;                       // flits here or on the channel
        std::vector<std::int64_t> arrival;  // ring of the flits' cycles
        std::int64_t front_flit = 0;        // flits ever, before the front packet's first
        std::int64_t flits_ever = 0;
        bool active = false;
    };
    struct Source {
        std::int64_t ready = 0;
        std::int64_t flits_left = 0;  // with heads, after the current packet
    };
    struct Output {
        std::int64_t free_at = 0;
        int owner = kNone;
        int candidate = kNone;
        int last_owner = kNone;
    };
    struct Branch {
        int buffer;
        int index;
    };
    static constexpr int kNone = std::numeric_limits<int>::min();

    void grow();
    Buffer& buffer(int id);
    Packet& front(Buffer& b) { return b.ring[static_cast<std::size_t>(b.first)]; }
    void activate(int id);
    void load_packet(int source);
    std::int64_t ready_cycle(int id, const Buffer& b, int flit) const;
    void consider(int id, int branch, std::int64_t cycle);
    void send(int id, int branch, std::int64_t cycle);
    void grant(std::int64_t cycle);
    void settle(std::int64_t cycle);
    void retire(int id, std::int64_t cycle);
    Packet& append(Buffer& to, const Packet& of, int node);

    const InterconnectParams params_;
    RouteMap& map_;
    std::vector<Buffer> buffers_;  // per channel: the input buffer at its end
    std::vector<Buffer> source_buffers_;
    std::vector<Source> sources_;
    std::vector<Output> outputs_;  // per channel
    std::vector<int> active_;      // buffers with packets; source s is -1 - s
    std::vector<int> contested_;   // outputs with a candidate, this cycle
    std::vector<Branch> moved_;    // branches that sent a flit, this cycle
    std::int64_t wake_ = kNever;
    struct Pending {
        std::int64_t cycle;
        bool accepted;
        FabricEvents::Arrival arrival;  // accepted: block is the source
    };
    std::vector<Pending> pending_;
};

}  // namespace cimarron
