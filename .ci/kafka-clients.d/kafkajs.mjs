// Creates a topic, appends, reads with a group, and appends with transactions: kafkajs.
import kafkajs from 'kafkajs'
import { strict as assert } from 'node:assert'

const { Kafka, logLevel, CompressionTypes } = kafkajs
const [broker, topic, count] = process.argv.slice(2)
const records = Number(count)
const kafka = new Kafka({ clientId: 'check', brokers: [broker], logLevel: logLevel.ERROR, retry: { retries: 3 } })
const values = Array.from({ length: records }, (_, i) => `value ${i}`)

const admin = kafka.admin()
await admin.connect()
await admin.createTopics({ topics: [{ topic, numPartitions: 2, replicationFactor: 1 }] })

const producer = kafka.producer({ allowAutoTopicCreation: false })
await producer.connect()
for (let i = 0; i < records; i += 500) {
  const messages = values.slice(i, i + 500).map(value => ({ key: 'key', value, partition: 1, headers: { h: '1' } }))
  const [sent] = await producer.send({ topic, acks: -1, compression: CompressionTypes.GZIP, messages })
  assert.equal(Number(sent.baseOffset), i)
}
await producer.disconnect()
const offsets = await admin.fetchTopicOffsets(topic)
assert.equal(offsets.find(offset => offset.partition === 1).high, String(records))

// Reads the topic with a new group until it has that many records.
const readWithGroup = async (topic, group, count) => {
  const consumer = kafka.consumer({ groupId: `${topic}-${group}` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const read = []
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${read.length} records within 60 s`)), 60_000).unref()
    consumer.run({
      eachMessage: async ({ message }) => {
        read.push(message.value.toString())
        if (read.length === count) resolve()
      }
    })
  })
  await consumer.disconnect()
  return read
}
assert.deepEqual(await readWithGroup(topic, 'group', records), values)

// Every second transaction aborts. Its records are not read.
const copy = `${topic}-copy`
await admin.createTopics({ topics: [{ topic: copy, numPartitions: 1, replicationFactor: 1 }] })
const transactional = kafka.producer({ transactionalId: copy, idempotent: true, maxInFlightRequests: 1 })
await transactional.connect()
for (let i = 0; i < records; i += 500) {
  for (const commit of [false, true]) {
    const transaction = await transactional.transaction()
    const messages = values.slice(i, i + 500).map(value => ({ value: commit ? value : `aborted ${value}` }))
    await transaction.send({ topic: copy, messages })
    await transaction.sendOffsets({
      consumerGroupId: `${copy}-offsets`,
      topics: [{ topic, partitions: [{ partition: 1, offset: String(commit ? i + messages.length : 7) }] }]
    })
    await (commit ? transaction.commit() : transaction.abort())
  }
}
await transactional.disconnect()
assert.deepEqual(await readWithGroup(copy, 'group', records), values)
const [committed] = await admin.fetchOffsets({ groupId: `${copy}-offsets`, topics: [topic] })
assert.equal(committed.partitions.find(({ partition }) => partition === 1).offset, String(records))
await admin.deleteTopics({ topics: [copy] })
await admin.deleteTopics({ topics: [topic] })
assert(!(await admin.listTopics()).includes(topic))
await admin.disconnect()
console.log(`kafkajs 2.2.4: ${records} records, group, transactions`)
