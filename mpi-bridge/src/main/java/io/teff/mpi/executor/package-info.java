// SPDX-License-Identifier: Apache-2.0
/**
 * Ranks as workers: an {@code ExecutorService} whose tasks run on any rank of an MPI program.
 *
 * <pre>
 *  MpiExecutor, MpiLane                what programs use; MpiFunction, Placement, MpiConfig
 *  Placer                              where a call goes; Roster: which objects are open
 *        |
 *      Driver                          one look at what is new, under a token; Pulse: the last to look
 *     /      \
 *  Inbound    Peer                     frames from a rank; frames to it, and the calls that it has
 *     |         Outbox, OpenCalls
 *  Serving, DrawnCalls                 calls from there, run by the engine here
 *  ResultBatch, LaneResults            results from there
 *  Members, Redeal                     who is alive, and what becomes of the calls of those who are not
 *  Thief                               forks that go to idle ranks
 *        |
 *     Transport                        RingTransport within a node, MessageTransport between nodes
 * </pre>
 *
 * <p>{@code Wire} has the format of frames. To be read in this order: Driver, Wire, Peer, Outbox, Inbound,
 * Serving, Members, Thief; then Ring and MessageTransport.
 */
package io.teff.mpi.executor;
