// Creates a topic, appends, and reads by fetching with topic ids and with a group: @platformatic/kafka.
import { Admin, Consumer, Producer, stringSerializers } from '@platformatic/kafka'
import { strict as assert } from 'node:assert'

const [broker, topic, count] = process.argv.slice(2)
const records = Number(count)
const bootstrapBrokers = [broker]
const values = Array.from({ length: records }, (_, i) => `value ${i}`)

const admin = new Admin({ clientId: 'check', bootstrapBrokers })
const [created] = await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })

const producer = new Producer({ clientId: 'check', bootstrapBrokers, serializers: stringSerializers })
for (let i = 0; i < records; i += 500) {
  const messages = values.slice(i, i + 500).map(value => ({ topic, key: 'key', value, partition: 0 }))
  const { offsets } = await producer.send({ messages, acks: -1 })
  assert.equal(Number(offsets[0].offset), i)
}
await producer.close()

const consumer = new Consumer({ groupId: 'unused', clientId: 'check', bootstrapBrokers })
const metadata = await consumer.metadata({ topics: [topic] })
const { id, partitions } = metadata.topics.get(topic)
assert.equal(id, created.id)
const read = []
while (read.length < records) {
  const fetched = await consumer.fetch({
    node: partitions[0].leader,
    maxWaitTime: 10_000,
    minBytes: 1,
    maxBytes: 1 << 20,
    topics: [
      {
        topicId: id,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: partitions[0].leaderEpoch,
            fetchOffset: BigInt(read.length),
            lastFetchedEpoch: -1,
            partitionMaxBytes: 1 << 20
          }
        ]
      }
    ]
  })
  for (const batch of fetched.responses[0].partitions[0].records) {
    for (const record of batch.records) {
      const offset = Number(batch.firstOffset) + record.offsetDelta
      if (offset === read.length) read.push(record.value.toString())
    }
  }
}
assert.deepEqual(read, values)
await consumer.close()

// Reads the topic with a group.
const member = new Consumer({ groupId: `${topic}-group`, clientId: 'check', bootstrapBrokers, autocommit: false })
const stream = await member.consume({ topics: [topic], mode: 'earliest', maxWaitTime: 1000, sessionTimeout: 10_000 })
const timeout = setTimeout(() => stream.destroy(new Error(`no ${records} records within 60 s`)), 60_000)
const grouped = []
for await (const message of stream) {
  grouped.push(message.value.toString())
  if (grouped.length === records) {
    await message.commit()
    break
  }
}
clearTimeout(timeout)
assert.deepEqual(grouped, values)
await member.close(true)
await admin.deleteTopics({ topics: [topic] })
assert(!(await admin.listTopics()).includes(topic))
await admin.close()
console.log(`@platformatic/kafka 1.35.0: ${records} records, fetched by topic id and with a group`)
