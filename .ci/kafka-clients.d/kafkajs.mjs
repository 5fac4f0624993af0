// Creates a topic, appends, and reads with kafkajs. kafkajs reads with a group only: without the requests of groups the
// program checks the offsets of the partition instead, and says so.
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

let how = 'offsets only'
const groups = await admin.listGroups().then(() => true, () => false)
if (groups) {
  const consumer = kafka.consumer({ groupId: `${topic}-group` })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const read = []
  await new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${read.length} records within 60 s`)), 60_000).unref()
    consumer.run({
      eachMessage: async ({ message }) => {
        read.push(message.value.toString())
        if (read.length === records) resolve()
      }
    })
  })
  assert.deepEqual(read, values)
  await consumer.disconnect()
  how = 'read with a group'
}
await admin.deleteTopics({ topics: [topic] })
assert(!(await admin.listTopics()).includes(topic))
await admin.disconnect()
console.log(`kafkajs 2.2.4: ${records} records, ${how}`)
